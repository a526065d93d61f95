using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SsFer.ServiceDefaults;

/// <summary>
/// What is answered where no endpoint speaks: an unknown route, a method it does not know, a defect. A problem (RFC 9457) with one
/// line of what to do, in every environment; what went wrong inside stands in the log, under the problem's <c>traceId</c>.
/// </summary>
internal static class ProblemAnswers
{
    public static IServiceCollection AddProblemAnswers(this IServiceCollection services) =>
        services.AddProblemDetails(options =>
            options.CustomizeProblemDetails = context => context.ProblemDetails.Detail ??= DetailOf(context.HttpContext)
        );

    public static void UseProblemAnswers(this IApplicationBuilder app)
    {
        // The outer one speaks where the inner could not, to a client that takes no JSON.
        app.UseStatusCodePages();
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                StatusCodeSelector = fault =>
                    fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            }
        );
    }

    private static string? DetailOf(HttpContext context) =>
        context.Response.StatusCode switch
        {
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
}
