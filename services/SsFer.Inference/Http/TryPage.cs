using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>A page on which people try the endpoint; three files that come with the program and need nothing from elsewhere.</summary>
internal static class TryPage
{
    /// <summary>Where the page stands beside another start page, such as the Console's.</summary>
    private const string Address = "/try";

    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        + "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>
    /// Also at <c>/</c>, unless something else of the same process is there; not where the options leave it out
    /// (<see cref="InferenceOptions.TryPage"/>).
    /// </summary>
    public static void MapTryPage(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        // Not from the options: they are validated, with all others, when the service starts.
        var told = services.GetRequiredService<IConfiguration>()[$"{InferenceOptions.Section}:{nameof(InferenceOptions.TryPage)}"];
        if (!(bool.TryParse(told, out var isWanted) ? isWanted : !services.GetRequiredService<IHostEnvironment>().IsProduction()))
        {
            return;
        }

        var page = Read("index.html", "text/html; charset=utf-8");
        Map(endpoints, "/", page).WithOrder(int.MaxValue);
        Map(endpoints, Address, page);
        Map(endpoints, $"{Address}/page.css", Read("page.css", "text/css; charset=utf-8"));
        Map(endpoints, $"{Address}/page.js", Read("page.js", "text/javascript; charset=utf-8"));
    }

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder endpoints, string path, PageFile file) =>
        endpoints
            .MapGet(path, (HttpResponse response) =>
            {
                response.Headers.CacheControl = "no-cache"; // kept, and asked about by its tag
                return Results.Bytes(file.Content, file.Type, entityTag: file.Tag);
            })
            .WithContentSecurityPolicy(ContentSecurityPolicy)
            .AllowAnonymous() // it asks for a key itself, where one is demanded
            .ExcludeFromDescription();

    private static PageFile Read(string name, string type)
    {
        using var stream = typeof(TryPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new PageFile(content, type, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\""));
    }

    private sealed record PageFile(byte[] Content, string Type, EntityTagHeaderValue Tag);
}
