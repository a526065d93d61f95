using SsFer.Artifacts.Datasets;
using SsFer.Cli.Terminal;
using SsFer.Importing;

namespace SsFer.Cli.Commands.Data;

/// <summary>What every import shows: how far it is, then what the dataset holds, and what the import decided by itself.</summary>
internal static class ImportRun
{
    public static Task RunAsync(
        CommandSession session,
        DatasetImporter importer,
        string name,
        ImportOptions options,
        CancellationToken cancellationToken
    ) => RunAsync(session, progress => importer.ImportAsync(session.Store, name, options, progress, cancellationToken));

    public static async Task RunAsync(CommandSession session, Func<IProgress<ImportProgress>, Task<DatasetManifest>> import)
    {
        session.Store.RequireWritable(); // before pictures are read
        var manifest = await session.Terminal.WithProgressAsync(display =>
            import(new DisplayedProgress<ImportProgress>(session.Terminal, display, Describe))
        );
        var version = VersionReport.Of(manifest);
        session.Terminal.Show(version, text => version.WriteTo(text));
        if (manifest.Classes is [var only])
        {
            session.Terminal.Say(
                $"warning: the only class is '{only}', and one class cannot be learned: check that each class has a folder of "
                    + $"its own, or the label column its name"
            );
        }

        session.Terminal.Say($"next: ssfer data prepare {manifest.Name}");
    }

    private static ProgressUpdate Describe(ImportProgress progress) =>
        new(
            progress.Phase.ToString().ToLowerInvariant(),
            progress.Done,
            progress.Total,
            "images",
            progress.Rejected > 0 ? $"{ProgressText.Count(progress.Rejected)} rejected" : null
        );
}
