using SsFer.Artifacts.Datasets;
using SsFer.Cli.Terminal;
using SsFer.Importing;

namespace SsFer.Cli.Commands.Data;

/// <summary>What every import shows: how far it is, then what the dataset holds.</summary>
internal static class ImportReport
{
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
            progress.Phase == ImportPhase.Draw ? "draw" : "import",
            progress.Done,
            progress.Total,
            "images",
            progress.Rejected > 0 ? $"{ProgressText.Count(progress.Rejected)} rejected" : null
        );
}
