using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Http;

/// <summary>Which part of a listing is asked for, as the query says it.</summary>
internal sealed record PageQuery
{
    [FromQuery(Name = PageRequest.LimitName)]
    public string? Limit { get; init; }

    [FromQuery(Name = PageRequest.BeforeName)]
    public string? Before { get; init; }
}

/// <summary>A part of a listing that has the newest first.</summary>
/// <param name="Limit">Most entries.</param>
/// <param name="Before">Id of the entry after which, in the order of the listing, the part begins; null for the newest.</param>
internal sealed record PageRequest(int Limit, string? Before)
{
    public const string LimitName = "limit";
    public const string BeforeName = "before";

    private const int Default = 200;

    /// <exception cref="RequestRefusedException">The limit is no number that may be asked for.</exception>
    public static PageRequest Of(PageQuery query, ConsoleOptions options)
    {
        if (query.Limit is null)
        {
            return new PageRequest(Math.Min(Default, options.MaxListed), query.Before);
        }

        return
            int.TryParse(query.Limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit >= 1
            && limit <= options.MaxListed
            ? new PageRequest(limit, query.Before)
            : throw RequestRefusedException.Unprocessable(
                $"limit '{query.Limit}' cannot be: ask for 1 to {options.MaxListed} at a time, and follow the Link header for the rest"
            );
    }

    /// <summary>The answer, with a link to the next part where there is one (RFC 8288).</summary>
    public IResult Answer<T>(HttpResponse response, Page<T> page)
    {
        var request = response.HttpContext.Request;
        if (page.Last is not null)
        {
            response.Headers.Link = string.Create(
                CultureInfo.InvariantCulture,
                $"<{request.PathBase}{request.Path}?{LimitName}={Limit}&{BeforeName}={Uri.EscapeDataString(page.Last)}>; rel=\"next\""
            );
        }

        return Results.Ok(page.Entries);
    }
}

/// <param name="Entries">What is shown.</param>
/// <param name="Last">Id of the last entry where more follow; null where none do.</param>
internal sealed record Page<T>(IReadOnlyList<T> Entries, string? Last);

internal static class PageDescription
{
    /// <summary>Describes query and header of a listing in parts.</summary>
    public static RouteHandlerBuilder IsPaged(this RouteHandlerBuilder route) =>
        route
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .AddOpenApiOperationTransformer(
                (operation, context, _) =>
                {
                    var options = context.ApplicationServices.GetRequiredService<IOptions<ConsoleOptions>>().Value;
                    foreach (var parameter in operation.Parameters!.OfType<OpenApiParameter>())
                    {
                        if (parameter.Name == PageRequest.BeforeName)
                        {
                            parameter.Description = "Id of the last entry seen: the listing goes on after it";
                            continue;
                        }

                        parameter.Description = "Most entries, the newest first";
                        parameter.Schema = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Integer,
                            Minimum = "1",
                            Maximum = options.MaxListed.ToString(CultureInfo.InvariantCulture),
                        };
                    }

                    var answer = (OpenApiResponse)operation.Responses!["200"];
                    answer.Headers = new Dictionary<string, IOpenApiHeader>
                    {
                        ["Link"] = new OpenApiHeader
                        {
                            Description = "The next part, rel=next; absent where nothing follows",
                            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                        },
                    };
                    return Task.CompletedTask;
                }
            );
}
