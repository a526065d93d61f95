using System.Runtime.CompilerServices;
using System.Text.Json;
using SsFer.Artifacts;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;

namespace SsFer.FaceDetection;

/// <summary>
/// Raw pictures to prepared faces: decode, detect, align, resize, store as PNG with box and landmarks. Pictures stream through:
/// memory does not grow with the dataset, apart from one box (16 bytes) a picture. A preparation that was killed goes on after the
/// last shard it stored; pictures that were only labelled anew since they were prepared are not looked at again.
/// </summary>
/// <param name="store">Holds the raw version and receives the prepared one.</param>
/// <param name="cache">Where shards of a remote store are kept while they are read.</param>
public sealed class PrepareDataset(IArtifactStore store, CacheSpace cache)
{
    /// <summary>
    /// Prepares the current raw version of <paramref name="name"/> and publishes the result; the same input and options give the same
    /// version again.
    /// </summary>
    /// <exception cref="PreparationException">There is no raw version, no picture of it can be used, or another became current
    /// meanwhile; nothing is published then.</exception>
    /// <exception cref="Faces.Detection.DetectorModelException">The detector's model is missing or damaged.</exception>
    public async Task<DatasetManifest> RunAsync(
        string name,
        PreparationOptions options,
        IProgress<PreparationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var catalog = new DatasetCatalog(store);
        var raw = (await catalog.GetAsync(name, cancellationToken)).Raw
            ?? throw new PreparationException($"the dataset '{name}' has no raw pictures to prepare: import them with ssfer data import");
        var manifest = await PrepareAsync(name, raw, options, progress, cancellationToken);
        return await TryPublishAsync(manifest, raw, cancellationToken)
            ? manifest
            : throw new PreparationException(
                $"the pictures of '{name}' were imported anew while version {raw} was prepared: run ssfer data prepare {name} "
                    + $"again (what was made of that version is stored as {manifest.Version}, but is not current)"
            );
    }

    /// <summary>
    /// Makes prepared faces current, unless their raw version no longer is: a slow preparation must not replace the faces of newer
    /// pictures.
    /// </summary>
    /// <returns>False where the raw version is not the current one; nothing is changed then.</returns>
    public Task<bool> TryPublishAsync(DatasetManifest manifest, string rawVersion, CancellationToken cancellationToken) =>
        new DatasetCatalog(store).TryPublishAsync([manifest], pointers => pointers.Raw == rawVersion, cancellationToken);

    /// <summary>Prepares one raw version and stores the result without publishing it.</summary>
    /// <exception cref="PreparationException">No picture of the version can be used.</exception>
    /// <exception cref="Faces.Detection.DetectorModelException">The detector's model is missing or damaged.</exception>
    public async Task<DatasetManifest> PrepareAsync(
        string name,
        string rawVersion,
        PreparationOptions options,
        IProgress<PreparationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var preparer = new FacePreparer(options);
        var raw = await new DatasetCatalog(store).ReadManifestAsync(name, rawVersion, cancellationToken);
        var total = raw.Pictures;
        var report = new PreparationReport(options, total);
        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Prepared,
            Size = options.Size,
            Classes = raw.Classes,
            Provenance = report.Describe(raw),
        };
        var input = InputOf(options);
        var earlier = new EarlierPreparation(store, raw, draft, options, input);
        await using var writer = await DatasetWriter.ResumeAsync(store, draft, input, options.Writer, cancellationToken);
        if (writer.Completed is { } done)
        {
            await earlier.NoteAsync(done, cancellationToken); // the process that completed it may have been killed before it did
        }

        if ((writer.Completed ?? await earlier.TryFollowAsync(cancellationToken)) is { } completed)
        {
            report.CountCompleted(completed);
            Report();
            return completed;
        }

        using var reader = await DatasetReader.OpenAsync(store, name, rawVersion, cache, cancellationToken);
        await foreach (var item in writer.SealedItemsAsync(cancellationToken))
        {
            report.CountPrepared(item);
        }

        report.CountRejected(writer.Sealed - report.Done);

        Report();
        await foreach (
            var face in ReadAsync(reader, writer.Sealed, cancellationToken)
                .SelectOrderedAsync(options.Parallelism, preparer.Prepare, cancellationToken)
        )
        {
            report.Count(face);
            if (face.Reason is { } reason)
            {
                writer.Reject(face.Item.Source, reason);
            }
            else
            {
                await writer.AddAsync(face.Item, face.Png, "png", cancellationToken);
            }

            Report();
        }
        if (report.Done == report.Rejected)
        {
            throw new PreparationException(
                $"none of the {report.Done} pictures of '{name}' can be used; the first, '{report.FirstRejected?.Item.Source}': "
                    + $"{report.FirstRejected?.Reason}"
            );
        }

        var manifest = await writer.CompleteAsync(report.Summarise(), cancellationToken);
        await earlier.NoteAsync(manifest, cancellationToken);
        return manifest;

        void Report() =>
            progress?.Report(
                new PreparationProgress(report.Done, total, report.NoFace, report.Rejected)
                {
                    SeveralFaces = report.SeveralFaces,
                    Stored = writer.Sealed,
                }
            );
    }

    /// <summary>
    /// What the provenance does not tell and yet decides which faces come: a program that was changed meanwhile begins anew.
    /// </summary>
    private static string InputOf(PreparationOptions options) =>
        JsonSerializer.Serialize(
            new
            {
                options.LargestCrop,
                options.Budget,
                faceDetection = typeof(PrepareDataset).Module.ModuleVersionId,
                vision = typeof(PictureDecoder).Module.ModuleVersionId,
            },
            ArtifactJson.Line
        );

    private static async IAsyncEnumerable<RawPicture> ReadAsync(
        DatasetReader reader,
        int from,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var index = 0;
        await foreach (var entry in reader.EntriesAsync(cancellationToken))
        {
            if (index++ < from)
            {
                continue;
            }

            var encoded = new byte[entry.Length];
            reader.ReadImage(entry, encoded);
            yield return new RawPicture(entry.Item, encoded);
        }
    }
}
