using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Data;
using SsFer.Cli.Terminal;
using SsFer.FaceDetection;
using SsFer.Importing;
using SsFer.Recipes;
using SsFer.Synthetic;

namespace SsFer.Cli.Commands.Demo;

/// <summary>The demo's dataset: drawn and prepared, or found where an earlier demo did that.</summary>
internal sealed class DemoFaces(CommandSession session, ParseResult arguments)
{
    private const int Side = 96;

    /// <summary>Raw and prepared version of the faces.</summary>
    /// <param name="Name">Of the dataset; says seed and number.</param>
    /// <param name="Raw">Version of the pictures as drawn.</param>
    /// <param name="Prepared">Version of the faces at the recipe's size.</param>
    internal sealed record Versions(string Name, string Raw, string Prepared)
    {
        public DatasetReference Test => new(Name, Prepared, DatasetSplit.Test);

        public DatasetReference Train => new(Name, Prepared, DatasetSplit.Train);
    }

    public async Task<Versions> GetAsync(CancellationToken cancellationToken)
    {
        var (seed, count) = (arguments.GetValue(DemoOptions.Seed), arguments.GetValue(DemoOptions.Count));
        var size = RecipeCatalog
            .Get(arguments.GetRequiredValue(DemoOptions.Recipe))
            .With(arguments.GetValue(DemoOptions.Set) ?? [])
            .Model.ImageSize;
        var name = string.Create(CultureInfo.InvariantCulture, $"drawn-{count}-seed-{seed}");
        var found = await new DatasetCatalog(session.Store).FindAsync(name, cancellationToken);
        var raw = found?.Raw ?? await DrawAsync(name, seed, count, cancellationToken);
        if (found is null || !found.Prepared.TryGetValue(size, out var prepared))
        {
            prepared = await PrepareAsync(name, size, cancellationToken);
        }

        return new Versions(name, raw, prepared);
    }

    private async Task<string> DrawAsync(string name, ulong seed, int count, CancellationToken cancellationToken)
    {
        var importer = new SyntheticImporter(new SyntheticFaces(seed, Side), count);
        var manifest = await session.Terminal.WithProgressAsync(display =>
            importer.ImportAsync(
                session.Store,
                name,
                new ImportOptions(),
                new DisplayedProgress<ImportProgress>(session.Terminal, display, progress => new ProgressUpdate(
                    "draw",
                    progress.Done,
                    progress.Total,
                    "faces"
                )),
                cancellationToken
            )
        );
        return manifest.Version;
    }

    private async Task<string> PrepareAsync(string name, int size, CancellationToken cancellationToken)
    {
        var manifest = await session.Terminal.WithProgressAsync(display =>
            new PrepareDataset(session.Store, session.CacheDirectory).RunAsync(
                name,
                new PreparationOptions { Size = size, Detector = DetectorChoice.Annotated },
                new DisplayedProgress<PreparationProgress>(session.Terminal, display, progress => new ProgressUpdate(
                    "prepare",
                    progress.Done,
                    progress.Total,
                    "faces"
                )),
                cancellationToken
            )
        );
        return manifest.Version;
    }
}
