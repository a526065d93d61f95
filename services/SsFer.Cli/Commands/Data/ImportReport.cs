using SsFer.Artifacts.Datasets;
using SsFer.Cli.Terminal;
using SsFer.Importing;

namespace SsFer.Cli.Commands.Data;

/// <summary>What every import shows: how far it is, then what the dataset holds.</summary>
internal static class ImportReport
{
    public static async Task RunAsync(CommandSession session, Func<IProgress<ImportProgress>, Task<DatasetManifest>> import)
    {
        var manifest = await session.Terminal.WithProgressAsync(display => import(new DisplayedProgress<ImportProgress>(session.Terminal, display, progress =>
            new ProgressUpdate("import", progress.Done, progress.Total, "images", progress.Rejected > 0 ? $"{ProgressText.Count(progress.Rejected)} rejected" : null))));
        var version = VersionReport.Of(manifest);
        session.Terminal.Show(version, text => version.WriteTo(text));
        session.Terminal.Say($"next: ssfer data prepare {manifest.Name}");
    }
}
