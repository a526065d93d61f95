using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
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
        if (!pointers.Prepared.TryGetValue(size, out var version))
        {
            version = await PrepareAsync(name, pointers, cancellationToken);
        }

        return new DatasetReference(name, version, split);
    }

    /// <summary>As the dataset was prepared last, for another size; by default settings where it never was.</summary>
    private async Task<string> PrepareAsync(string name, DatasetPointers pointers, CancellationToken cancellationToken)
    {
        var command = $"ssfer data prepare {name} --size {size}";
        var options = new PreparationOptions { Size = size };
        if (NewestOf(name, pointers.Prepared.Values) is { } newest)
        {
            var known = StoredPreparation.Of(await _catalog.ReadManifestAsync(name, newest, cancellationToken));
            var lacksNetwork = known.Detector == "yolo-face"; // the store keeps its hash alone
            var detector = lacksNetwork ? "yolo-face=MODEL.onnx" : known.Detector;
            command += string.Create(
                CultureInfo.InvariantCulture,
                $" --detector {detector} --margin {known.Margin}{(known.Border is { } border ? $" --border {border}" : "")}, as at {known.Size} pixels"
            );
            if (lacksNetwork)
            {
                throw new UsageException(
                    $"{name} is not prepared at {size} pixels yet, and its detector's network is not in the store: {command}"
                );
            }

            options = options with { Detector = DetectorChoice.Parse(known.Detector), Margin = known.Margin, Border = known.Border };
        }

        session.Terminal.Say($"{name} is not prepared at {size} pixels yet: {command}");
        var manifest = await session.Terminal.WithProgressAsync(display =>
            new PrepareDataset(session.Store, session.CacheDirectory).RunAsync(
                name,
                options,
                new DisplayedProgress<PreparationProgress>(session.Terminal, display, progress => new ProgressUpdate(
                    $"prepare {name}",
                    progress.Done,
                    progress.Total,
                    "images"
                )),
                cancellationToken
            )
        );
        return manifest.Version;
    }

    /// <summary>The version that was stored last; null where there is none.</summary>
    private string? NewestOf(string name, IEnumerable<string> versions) =>
        versions.MaxBy(version =>
            session.Store.TryGetLocalPath($"{DatasetReference.FolderOf(name, version)}/manifest.json", out var file)
                ? File.GetLastWriteTimeUtc(file)
                : default
        );
}
