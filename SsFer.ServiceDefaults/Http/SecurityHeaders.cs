using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SsFer.ServiceDefaults.Http;

/// <summary>
/// What every answer tells a browser: to take it for nothing but what it is, to load nothing for it, to show it in no frame, and to tell
/// nobody where it was.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>Of an API's answer, which needs nothing.</summary>
    private const string Strictest = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>What a page loads. Other answers have the strictest policy there is.</summary>
    /// <param name="endpoint">The page.</param>
    /// <param name="policy">
    /// Such as <c>default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none';
    /// form-action 'none'; frame-ancestors 'none'</c>.
    /// </param>
    public static TEndpoint WithContentSecurityPolicy<TEndpoint>(this TEndpoint endpoint, string policy)
        where TEndpoint : IEndpointConventionBuilder => endpoint.WithMetadata(new ContentSecurityPolicy(policy));

    /// <summary>Around everything, so that refusals have them, too.</summary>
    internal static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(
                    static state =>
                    {
                        AddTo((HttpContext)state);
                        return Task.CompletedTask;
                    },
                    context
                );
                return next(context);
            }
        );

    /// <summary>As the answer starts: a handler of exceptions clears what was set before.</summary>
    private static void AddTo(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.GetEndpoint()?.Metadata.GetMetadata<ContentSecurityPolicy>()?.Policy ?? Strictest;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private sealed record ContentSecurityPolicy(string Policy);
}
