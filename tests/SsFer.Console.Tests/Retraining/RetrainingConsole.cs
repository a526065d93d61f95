using System.Net.Http.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Console.Retraining;

namespace SsFer.Console.Tests.Retraining;

/// <summary>A Console whose dataset "faces" is imported, prepared and retrained when labels come.</summary>
internal static class RetrainingConsole
{
    /// <summary>Key of the setting: so many new labels make a run.</summary>
    public const string Minimum = "Retraining:MinimumNewLabels";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ConsoleHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await ConsoleHost.StartAsync(settings);
        await host.ImportAsync();
        await host.PrepareAsync();
        await host.SetRetrainingAsync();
        return host;
    }

    /// <summary>Sets how the dataset is retrained, or sets it anew.</summary>
    public static async Task SetRetrainingAsync(this ConsoleHost host, params (string Setting, object Value)[] more)
    {
        var body = new
        {
            validation = "faces:validation",
            recipe = "smoke",
            labels = "50%",
            set = more.Append(("FineTuning.BatchSize", 4)).ToDictionary(),
            promotion = new { margin = 0.02 },
        };
        await Answer.ReadAsync(await host.Client.PutAsJsonAsync("/api/datasets/faces/retraining", body, Token), 200);
    }

    public static Task LookAsync(this ConsoleHost host) => host.Get<RetrainingWorker>().LookAsync(Token);

    /// <summary>The pictures of a version, by key.</summary>
    public static async Task<Dictionary<string, DatasetItem>> ItemsAsync(this ConsoleHost host, string version)
    {
        var items = new Dictionary<string, DatasetItem>();
        await foreach (var item in host.Catalog.ItemsAsync(await host.Catalog.ReadManifestAsync("faces", version, Token), Token))
        {
            items[item.Key] = item;
        }

        return items;
    }
}
