using Microsoft.Extensions.DependencyInjection;
using SsFer.Inference.Tests;

namespace SsFer.Client.Tests;

/// <summary>The generated client, as a program gets it that asks a running endpoint.</summary>
internal static class Clients
{
    /// <summary>Answers HTTP/2 alone, as an address must in plain http for its clients to read while they send.</summary>
    public static readonly (string Key, string Value) Http2 = ("Kestrel:EndpointDefaults:Protocols", "Http2");

    public static ISsFerClient Ask(this InferenceHost host, string? key = null) => host.Services(key).GetRequiredService<ISsFerClient>();

    public static ExpressionStreamClient Stream(this InferenceHost host, string? key = null) =>
        host.Services(key).GetRequiredService<ExpressionStreamClient>();

    /// <param name="host">To ask.</param>
    /// <param name="key">None where null.</param>
    /// <param name="primary">Sends, in place of the default.</param>
    public static ServiceProvider Services(this InferenceHost host, string? key, HttpMessageHandler? primary = null)
    {
        var services = new ServiceCollection().AddSsFerClient(host.Client.BaseAddress!, key);
        if (primary is not null)
        {
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => primary));
        }

        return services.BuildServiceProvider();
    }

    public static FileParameter File(string name, byte[] content) => new(new MemoryStream(content), name);
}
