using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SsFer.ServiceDefaults.Http;

/// <summary>Answers HEAD as GET without a body, whatever the route: probes and link checkers ask so.</summary>
public static class HeadRequests
{
    private static readonly object Passed = new();

    /// <summary>Whether only the head of the answer is asked for; an answer that streams without end then ends at once.</summary>
    public static bool IsHead(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Items.TryGetValue(Passed, out var isHead) && isHead is true;
    }

    /// <summary>Before routing, which knows GET only. The server itself keeps the body of an answer to HEAD back.</summary>
    internal static void UseHeadRequests(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                var isHead = HttpMethods.IsHead(context.Request.Method);
                context.Items[Passed] = isHead;
                if (!isHead)
                {
                    await next(context);
                    return;
                }

                var body = context.Response.Body;
                context.Request.Method = HttpMethods.Get;
                context.Response.Body = Stream.Null;
                try
                {
                    await next(context);
                }
                finally
                {
                    context.Request.Method = HttpMethods.Head;
                    context.Response.Body = body;
                }
            }
        );

    /// <summary>Whether the request came as far as the service's own part of the pipeline.</summary>
    internal static bool HasPassed(HttpContext context) => context.Items.ContainsKey(Passed);
}
