using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Data;
using SsFer.Cli.Terminal;
using SsFer.FaceDetection;

namespace SsFer.Cli.Commands.Training;

/// <summary>Turns <c>NAME:split</c> into a version of prepared faces, which are made first where they are missing.</summary>
internal sealed class DatasetResolver(CommandSession session, int size)
{
    private readonly DatasetCatalog _catalog = new(session.Store);

    /// <param name="text">NAME or NAME:split.</param>
    /// <param name="defaultSplit">Split where the text names none; null for all of the dataset.</param>
    /// <param name="cancellationToken">Stops a preparation.</param>
    public async Task<DatasetReference> ResolveAsync(string text, string? defaultSplit, CancellationToken cancellationToken)
    {
        string[] parts = text.Split(':');
        string? split = parts.Length == 2 ? parts[1] : defaultSplit;
        if (parts.Length > 2 || (split is not null && !DatasetSplit.IsKnown(split)))
            throw new UsageException($"'{text}' names no dataset: write NAME or NAME:split, where the split is train, validation or test");

        var pointers = await _catalog.GetAsync(parts[0], cancellationToken);
        if (!pointers.Prepared.TryGetValue(size, out string? version))
            version = await PrepareAsync(parts[0], cancellationToken);
        return new DatasetReference(parts[0], version, split);
    }

    private async Task<string> PrepareAsync(string name, CancellationToken cancellationToken)
    {
        session.Terminal.Say($"{name} is not prepared at {size} pixels yet: ssfer data prepare {name} --size {size}");
        var manifest = await session.Terminal.WithProgressAsync(display => new PrepareDataset(session.Store, session.CacheDirectory).RunAsync(
            name,
            new PreparationOptions { Size = size },
            new DisplayedProgress<PreparationProgress>(session.Terminal, display, progress => new ProgressUpdate($"prepare {name}", progress.Done, progress.Total, "images")),
            cancellationToken));
        return manifest.Version;
    }
}
