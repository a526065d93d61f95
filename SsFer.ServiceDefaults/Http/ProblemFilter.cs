using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.ServiceDefaults.Http;

/// <summary>
/// The one place where an exception becomes an answer (RFC 9457): its message, which names what is wrong and the cure, in one line.
/// </summary>
/// <param name="isRefusal">Exceptions by which the service's own rooms refuse what is asked for; answered as 422.</param>
/// <param name="logger">Is told of what is not the client's fault.</param>
internal sealed partial class ProblemFilter(Func<Exception, bool> isRefusal, ILogger<ProblemFilter> logger) : IEndpointFilter
{
    private const int StoreRetryAfter = 5;
    private const int LongestDetail = 2000;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            return await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogClient(http.Request.Method, http.Request.Path, "the client went away before it was answered");
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (Exception fault) when (StatusOf(fault) is { } status && !http.Response.HasStarted)
        {
            // A service that has no answer yet, or too many requests, is no fault worth a line for each.
            if (status >= StatusCodes.Status500InternalServerError && fault is not RequestRefusedException)
            {
                LogFault(http.Request.Method, http.Request.Path, fault.Message);
            }

            if (IsOfTransport(fault))
            {
                LogClient(http.Request.Method, http.Request.Path, fault.Message);
            }

            if (fault is ConnectionResetException)
            {
                http.Abort(); // or the server would read on where there is nothing, and report that as an error
            }

            if (RetryAfterOf(fault) is { } seconds)
            {
                http.Response.Headers.RetryAfter = $"{seconds}";
            }

            if (status == StatusCodes.Status408RequestTimeout)
            {
                http.Response.Headers.Connection = "close";
            }

            return Results.Problem(
                detail: Shortened(string.Join(' ', fault.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))),
                statusCode: status
            );
        }
    }

    /// <summary>It repeats names as they were sent, and one may have megabytes.</summary>
    private static string Shortened(string detail) => detail.Length > LongestDetail ? $"{detail[..LongestDetail]}..." : detail;

    /// <summary>What arrived is no HTTP, or ended in the middle.</summary>
    private static bool IsOfTransport(Exception fault) => fault is BadHttpRequestException or ConnectionResetException;

    private static int? RetryAfterOf(Exception fault) =>
        fault switch
        {
            RequestRefusedException refusal => refusal.RetryAfter,
            ArtifactUnavailableException => StoreRetryAfter,
            _ => null,
        };

    /// <summary>Null for a defect of ours, which is the server's to report.</summary>
    private int? StatusOf(Exception fault) =>
        fault switch
        {
            RequestRefusedException refusal => refusal.Status,
            BadHttpRequestException bad => bad.StatusCode,
            ConnectionResetException => StatusCodes.Status400BadRequest,
            InvalidRequestException or ArtifactNameException => StatusCodes.Status422UnprocessableEntity,
            DatasetNotFoundException or UnknownModelException or ArtifactNotFoundException => StatusCodes.Status404NotFound,
            ArtifactUnavailableException => StatusCodes.Status503ServiceUnavailable,
            StorageFullException => StatusCodes.Status507InsufficientStorage,
            CorruptArtifactException or StoreAccessException => StatusCodes.Status500InternalServerError,
            // What is stored stands against it: a run of other settings, no model to roll back to
            ArtifactException => StatusCodes.Status409Conflict,
            _ when isRefusal(fault) => StatusCodes.Status422UnprocessableEntity,
            _ => null,
        };

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}: {Why}")]
    private partial void LogFault(string method, string path, string why);

    [LoggerMessage(LogLevel.Information, "{Method} {Path}: {Why}")]
    private partial void LogClient(string method, string path, string why);
}

public static class ProblemFilterExtensions
{
    /// <summary>Every operation of the group answers refusals, and what it meets in the store, as problems in one line.</summary>
    /// <param name="group">The operations.</param>
    /// <param name="isRefusal">Exceptions by which the service's own rooms refuse what is asked for; answered as 422.</param>
    public static RouteGroupBuilder AnswersProblems(this RouteGroupBuilder group, Func<Exception, bool>? isRefusal = null) =>
        group.AddEndpointFilterFactory(
            (context, next) =>
            {
                var logger = context.ApplicationServices.GetRequiredService<ILogger<ProblemFilter>>();
                var filter = new ProblemFilter(isRefusal ?? (_ => false), logger);
                return invocation => filter.InvokeAsync(invocation, next);
            }
        );
}
