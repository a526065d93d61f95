using SsFer.Artifacts.Storage;

namespace SsFer.Console.Start;

/// <summary><c>GET /</c>: what runs, what is served and where the documents are, on a page that needs no script.</summary>
internal static class StartEndpoint
{
    private const string ExpressionsRoute = "/v1/expressions";

    public static void MapStartPage(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/", ShowAsync).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(
        HttpResponse response,
        StartReader reader,
        EndpointDataSource routes,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = StartPage.ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
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
