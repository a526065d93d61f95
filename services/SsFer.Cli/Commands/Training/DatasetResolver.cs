using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
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
        var selection = DatasetSelection.Parse(text, defaultSplit);
        var faces = await new FaceVersions(_catalog).FindAsync(selection, size, cancellationToken);
        if (faces.Pending is not { } pending)
        {
            return faces.Reference;
        }

        session.Terminal.Say(faces.Note!);
        return faces.Reference with { Version = await PrepareAsync(selection.Name, pending, cancellationToken) };
    }

    private async Task<string> PrepareAsync(string name, FacePreparation pending, CancellationToken cancellationToken)
    {
        var manifest = await session.Terminal.WithProgressAsync(display =>
            new PrepareDataset(session.Store, session.CacheDirectory).RunAsync(
                name,
                new PreparationOptions
                {
                    Size = pending.Size,
                    Detector = DetectorChoice.Parse(pending.Detector),
                    Border = pending.Border,
                    Margin = pending.Margin,
                },
                DisplayedPreparation.Of(session.Terminal, display, name),
                cancellationToken
            )
        );
        return manifest.Version;
    }
}
