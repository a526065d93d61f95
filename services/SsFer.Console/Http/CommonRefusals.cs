using Microsoft.AspNetCore.Mvc;

namespace SsFer.Console.Http;

/// <summary>
/// What any operation may be refused with, whatever it does, told to the OpenAPI document in one place; an operation itself tells only
/// what is its own.
/// </summary>
internal static class CommonRefusals
{
    private const string ProblemType = "application/problem+json";

    /// <summary>A defect, or a damaged document of the store.</summary>
    private static readonly int[] OfAll = [StatusCodes.Status500InternalServerError];

    /// <summary>The store is away.</summary>
    private static readonly int[] OfStored = [StatusCodes.Status503ServiceUnavailable];

    /// <summary>A page of another origin asks; the store has no room.</summary>
    private static readonly int[] OfChanges = [StatusCodes.Status403Forbidden, StatusCodes.Status507InsufficientStorage];

    /// <summary>A name in the path is none.</summary>
    private static readonly int[] OfNamed = [StatusCodes.Status422UnprocessableEntity];

    /// <summary>The body is malformed, arrives too slowly, is too large, or of another type.</summary>
    private static readonly int[] OfBodies =
    [
        StatusCodes.Status400BadRequest,
        StatusCodes.Status408RequestTimeout,
        StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType,
        StatusCodes.Status422UnprocessableEntity,
    ];

    /// <summary>Declares them for every operation of the group that works on the store.</summary>
    public static RouteGroupBuilder TellsStoredRefusals(this RouteGroupBuilder group)
    {
        Tell(group, OfStored);
        return group;
    }

    /// <summary>Declares them for every operation of the group, by its method and route.</summary>
    public static RouteGroupBuilder TellsCommonRefusals(this RouteGroupBuilder group)
    {
        Tell(group, OfAll);
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().Any(methods => !methods.HttpMethods.Contains(HttpMethods.Get)))
            {
                Add(endpoint, OfChanges);
            }

            if (((RouteEndpointBuilder)endpoint).RoutePattern.Parameters.Count > 0)
            {
                Add(endpoint, OfNamed);
            }
        });
        return group;
    }

    /// <summary>Declares what a body may be refused with.</summary>
    public static RouteHandlerBuilder TellsBodyRefusals(this RouteHandlerBuilder route)
    {
        Tell(route, OfBodies);
        return route;
    }

    private static void Tell(IEndpointConventionBuilder endpoints, int[] statuses) =>
        endpoints.Finally(endpoint => Add(endpoint, statuses));

    private static void Add(EndpointBuilder endpoint, int[] statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), [ProblemType]));
        }
    }
}
