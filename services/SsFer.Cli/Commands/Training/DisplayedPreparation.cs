using SsFer.Cli.Commands.Data;
using SsFer.Cli.Terminal;
using SsFer.FaceDetection;

namespace SsFer.Cli.Commands.Training;

/// <summary>Shows how far the preparation of a dataset is that other work waits for.</summary>
internal static class DisplayedPreparation
{
    public static IProgress<PreparationProgress> Of(CommandTerminal terminal, IProgressDisplay display, string dataset) =>
        new DisplayedProgress<PreparationProgress>(terminal, display, progress => new ProgressUpdate(
            $"prepare {dataset}",
            progress.Done,
            progress.Total,
            "images"
        ));
}
