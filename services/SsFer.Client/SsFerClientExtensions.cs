using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace SsFer.Client;

/// <summary>The endpoint's clients as services.</summary>
public static class SsFerClientExtensions
{
    /// <summary>The endpoint gives a body 30 s to arrive, and takes 10 s at most to answer.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(45);

    /// <summary>Three more attempts, and what the endpoint asks to wait between them.</summary>
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Adds <see cref="ISsFerClient"/>, which waits as a busy endpoint asks it to (<c>Retry-After</c>) and tries again, and
    /// <see cref="ExpressionStreamClient"/>, which does not: a stream cannot be sent twice.
    /// </summary>
    /// <param name="services">Of the program.</param>
    /// <param name="address">Of the endpoint, without <c>/v1</c>.</param>
    /// <param name="apiKey">Null where the endpoint demands none.</param>
    /// <param name="streamAddress">Where streams are sent; null for the same, which takes https.</param>
    public static IServiceCollection AddSsFerClient(
        this IServiceCollection services,
        Uri address,
        string? apiKey = null,
        Uri? streamAddress = null
    )
    {
        ArgumentNullException.ThrowIfNull(address);
        services
            .AddHttpClient<ISsFerClient, SsFerClient>(client => Configure(client, address, apiKey))
            .RemoveAllResilienceHandlers()
            .AddStandardResilienceHandler(Endure);
        services
            .AddHttpClient<ExpressionStreamClient>(client => Configure(client, streamAddress ?? address, apiKey))
            .RemoveAllResilienceHandlers();
        return services;
    }

    private static void Configure(HttpClient client, Uri address, string? apiKey)
    {
        client.BaseAddress = new Uri($"{address.AbsoluteUri.TrimEnd('/')}/");
        client.Timeout = Timeout.InfiniteTimeSpan; // the handler's, or the caller's own
        client.DefaultRequestHeaders.Authorization = apiKey is null ? null : new AuthenticationHeaderValue("Bearer", apiKey);
    }

    private static void Endure(HttpStandardResilienceOptions options)
    {
        options.AttemptTimeout.Timeout = AttemptTimeout;
        options.TotalRequestTimeout.Timeout = TotalTimeout;
        options.CircuitBreaker.SamplingDuration = 2 * AttemptTimeout; // the least that is allowed
    }
}
