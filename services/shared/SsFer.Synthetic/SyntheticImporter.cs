using System.Globalization;
using System.Runtime.CompilerServices;
using SsFer.Artifacts;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing;

namespace SsFer.Synthetic;

/// <summary>
/// A dataset of <see cref="SyntheticFaces"/>, all with label, box and landmarks. Of every ten faces of an expression eight are for
/// training, one for validation and one for test. The provenance says that they are drawn.
/// </summary>
/// <param name="faces">Draws them.</param>
/// <param name="count">How many, at least <see cref="SmallestCount"/>.</param>
public sealed class SyntheticImporter(SyntheticFaces faces, int count)
{
    private const int Turn = 10;

    /// <summary>With fewer faces a split would lack an expression.</summary>
    public static int SmallestCount { get; } = Turn * SyntheticFaces.Classes.Count;

    /// <summary>Draws and publishes; the same faces give the same version again.</summary>
    /// <exception cref="ImportException">There are too few faces for every split to have all expressions.</exception>
    public async Task<DatasetManifest> ImportAsync(
        IArtifactStore store,
        string name,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (count < SmallestCount)
        {
            throw new ImportException(
                $"{count} faces are too few for all expressions in train, validation and test: ask for {SmallestCount} or more"
            );
        }

        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Raw,
            Classes = SyntheticFaces.Classes,
            Provenance = new Dictionary<string, string>
            {
                ["importer"] = "synthetic",
                ["synthetic"] = "drawn by SsFer: faces of nobody, for demonstrations and tests",
                ["seed"] = faces.Seed.ToString(CultureInfo.InvariantCulture),
                ["pictureSide"] = faces.Size.ToString(CultureInfo.InvariantCulture),
            },
        };
        await using var writer = DatasetWriter.Create(store, draft, options.Writer);
        var done = 0;
        progress?.Report(new ImportProgress(done, count, 0));
        await foreach (var (item, png) in Indices(cancellationToken).SelectOrderedAsync(options.Parallelism, Draw, cancellationToken))
        {
            await writer.AddAsync(item, png, "png", cancellationToken);
            progress?.Report(new ImportProgress(++done, count, 0));
        }

        var manifest = await writer.CompleteAsync(new Dictionary<string, string>(), cancellationToken);
        await new DatasetCatalog(store).PublishAsync(manifest, cancellationToken);
        return manifest;
    }

    private (DatasetItem Item, byte[] Png) Draw(int index)
    {
        var face = faces.Draw(index);
        var key = $"drawn-{index.ToString("0000000", CultureInfo.InvariantCulture)}";
        var item = new DatasetItem
        {
            Key = key,
            Split = SplitOf(index),
            Label = face.Expression.ClassName,
            Box = [face.Box.X0, face.Box.Y0, face.Box.X1, face.Box.Y1],
            Landmarks = [.. face.Landmarks.SelectMany(point => (float[])[point.X, point.Y])],
            DetectionScore = 1,
            PixelHash = face.Picture.PixelHash(),
            Source = $"synthetic seed {faces.Seed}/{index}",
        };
        return (item, face.Picture.EncodePng());
    }

    /// <summary>Expressions take turns, so whole rounds of them go to one split.</summary>
    private static string SplitOf(int index) =>
        (index / SyntheticFaces.Classes.Count % Turn) switch
        {
            Turn - 2 => DatasetSplit.Validation,
            Turn - 1 => DatasetSplit.Test,
            _ => DatasetSplit.Train,
        };

    private async IAsyncEnumerable<int> Indices([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (var index = 0; index < count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return index;
        }
    }
}
