using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Data;
using SsFer.Cli.Terminal;
using SsFer.FaceDetection;
using SsFer.Planning;

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
        var (name, split) = DatasetSelection.Parse(text, defaultSplit);
        var pointers = await _catalog.GetAsync(name, cancellationToken);
        if (!pointers.Prepared.TryGetValue(size, out string? version))
            version = await PrepareAsync(name, cancellationToken);
        return new DatasetReference(name, version, split);
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
