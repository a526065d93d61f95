using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SsFer.ServiceDefaults.Http;

/// <summary>
/// Refuses what a page of another origin asks a browser to change: a browser may reach what its pages should not. Browsers say where a
/// request comes from in Sec-Fetch-Site, over plain HTTP to another machine in Origin alone; programs say neither. That the host name
/// is the service's own is looked at before (<see cref="HostNames"/>).
/// </summary>
internal static class SameOrigin
{
    public static void UseSameOrigin(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
                IsSafe(context.Request.Method) || IsOwn(context.Request)
                    ? next(context)
                    : ProblemAnswers.WriteAsync(
                        context,
                        StatusCodes.Status403Forbidden,
                        $"a page of {Origin(context.Request)} may change nothing here: call from the service's own address, or without a "
                            + $"browser"
                    )
        );

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsOwn(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() switch
        {
            "same-origin" or "none" => true, // no page can set it; none: the person asked, not a page
            "" => request.Headers.Origin.Count == 0
                || (Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value),
            _ => false,
        };

    private static string Origin(HttpRequest request) =>
        request.Headers.Origin is { Count: 1 } origin ? origin.ToString() : "another origin";
}
