using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Http;

/// <summary>
/// The one place where an exception becomes an answer (RFC 9457): its message, which names what is wrong and the cure, in one line.
/// </summary>
/// <param name="isRefusal">Exceptions by which the service's own rooms refuse what is asked for; answered as 422.</param>
/// <param name="logger">Is told of what is not the client's fault.</param>
internal sealed partial class ProblemFilter(Func<Exception, bool> isRefusal, ILogger<ProblemFilter> logger) : IEndpointFilter
{
    private const int StoreRetryAfter = 5;

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
            if (KnownFaults.IsOfTheService(fault))
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

            return Results.Problem(detail: KnownFaults.DetailOf(fault), statusCode: status);
        }
    }

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
        KnownFaults.StatusOf(fault) ?? (isRefusal(fault) ? StatusCodes.Status422UnprocessableEntity : null);

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
