using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Importing;
using SsFer.Recipes;

namespace SsFer.Console.Http;

/// <summary>
/// The one place where an exception becomes an answer (RFC 9457): its message, which names what is wrong and the cure, in one line.
/// </summary>
internal sealed class ProblemFilter(ILogger<ProblemFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception fault) when (StatusOf(fault) is { } status && !context.HttpContext.Response.HasStarted)
        {
            if (status >= StatusCodes.Status500InternalServerError)
            {
                logger.LogWarning(
                    "{Method} {Path}: {Why}",
                    context.HttpContext.Request.Method,
                    context.HttpContext.Request.Path,
                    fault.Message
                );
            }

            if (status == StatusCodes.Status503ServiceUnavailable)
            {
                context.HttpContext.Response.Headers.RetryAfter = "5";
            }

            return Results.Problem(
                detail: string.Join(' ', fault.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)),
                statusCode: status
            );
        }
    }

    /// <summary>Null for a defect of ours, which is the server's to report.</summary>
    private static int? StatusOf(Exception fault) =>
        fault switch
        {
            RequestRefusedException refusal => refusal.Status,
            BadHttpRequestException bad => bad.StatusCode,
            RefusedException or ImportException or ArtifactNameException => StatusCodes.Status422UnprocessableEntity,
            DatasetNotFoundException or UnknownModelException or ArtifactNotFoundException => StatusCodes.Status404NotFound,
            ArtifactUnavailableException => StatusCodes.Status503ServiceUnavailable,
            StorageFullException => StatusCodes.Status507InsufficientStorage,
            CorruptArtifactException or StoreAccessException => StatusCodes.Status500InternalServerError,
            // What is stored stands against it: a run of other settings, no model to roll back to
            ArtifactException => StatusCodes.Status409Conflict,
            _ => null,
        };
}
