using Microsoft.AspNetCore.Mvc;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Start;

/// <summary><c>GET /</c>: what runs, what is served and where the documents are, on a page that needs no script.</summary>
internal static class StartEndpoint
{
    private const string ExpressionsRoute = "/v1/expressions";

    public static void MapStartPage(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/", ShowAsync).WithContentSecurityPolicy(StartPage.ContentSecurityPolicy).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        HttpResponse response,
        [FromServices] StartReader reader,
        [FromServices] EndpointDataSource routes,
        [FromServices] TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        response.Headers.CacheControl = "no-store";
        var hasEndpoint = routes.Endpoints.OfType<RouteEndpoint>().Any(route => route.RoutePattern.RawText == ExpressionsRoute);
        try
        {
            return Page(
                StartPage.Render(await reader.ReadAsync(hasEndpoint, time.GetUtcNow(), cancellationToken)),
                StatusCodes.Status200OK
            );
        }
        catch (ArtifactException fault)
        {
            return Page(StartPage.RenderFault(fault.Message), StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult Page(string html, int status) => Results.Text(html, "text/html; charset=utf-8", statusCode: status);
}
