using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SsFer.ServiceDefaults.Http;

/// <summary>
/// What is answered where no endpoint speaks: an unknown route, a method it does not know, a defect. A problem (RFC 9457) with one
/// line of what to do, in every environment; what went wrong inside stands in the log, under the problem's <c>traceId</c>.
/// </summary>
internal static class ProblemAnswers
{
    public static IServiceCollection AddProblemAnswers(this IServiceCollection services)
    {
        services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false); // which would be a page of HTML
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, OutermostAnswers>());
        return services.AddProblemDetails(options =>
            options.CustomizeProblemDetails = context => context.ProblemDetails.Detail ??= DetailOf(context.HttpContext)
        );
    }

    public static void UseProblemAnswers(this IApplicationBuilder app)
    {
        app.UseHeadRequests();
        // The status code pages around it speak where this could not, to a client that takes no JSON.
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                StatusCodeSelector = fault =>
                    fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            }
        );
        app.UseRouting(); // here, and not before all: HEAD has become GET
    }

    /// <summary>Ends the request with a problem, where no endpoint does.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail) =>
        Results.Problem(detail: detail, statusCode: status).ExecuteAsync(context);

    private static string? DetailOf(HttpContext context) =>
        context.Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest when !HeadRequests.HasPassed(context) =>
                $"'{context.Request.Host}' is none of this service's names: call it by one, or add this one to its setting AllowedHosts",
            StatusCodes.Status400BadRequest => "the request is malformed: look at what the service's OpenAPI document asks for",
            StatusCodes.Status404NotFound => $"there is nothing at {PathOf(context)}: look for a missing or misspelt part",
            StatusCodes.Status405MethodNotAllowed =>
                $"{PathOf(context)} does not take {context.Request.Method}: it takes {context.Response.Headers.Allow}",
            StatusCodes.Status500InternalServerError =>
                "the service met a defect of its own, which its log tells of under this traceId: try again, and report it if it comes back",
            _ => null,
        };

    private static string PathOf(HttpContext context) =>
        context.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? context.Request.PathBase + context.Request.Path;

    /// <summary>Around everything, also around the filter of hosts, which the framework puts before all of ours.</summary>
    private sealed class OutermostAnswers : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.UseSecurityHeaders();
                app.UseStatusCodePages();
                next(app);
            };
    }
}
