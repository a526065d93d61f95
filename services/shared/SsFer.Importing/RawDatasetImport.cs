using System.Globalization;
using System.Runtime.CompilerServices;
using SsFer.Artifacts;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing.Pictures;
using SsFer.Vision.Imaging;

namespace SsFer.Importing;

/// <summary>One picture that is to be imported, and what is known of it before it is read.</summary>
internal sealed record PlannedPicture(IPictureSource Source, PictureEntry Entry, string Key, string Split)
{
    public string? Label { get; init; }

    public IReadOnlyDictionary<string, string?>? LabelsByRule { get; init; }

    /// <summary>See <see cref="DatasetItem.Box"/>; checked against the picture once that is decoded.</summary>
    public IReadOnlyList<float>? Box { get; init; }

    /// <summary>See <see cref="DatasetItem.Landmarks"/>.</summary>
    public IReadOnlyList<float>? Landmarks { get; init; }

    /// <summary>The archive or directory by its own name, then the file: the same wherever the archive lies.</summary>
    public string Description => Describe(Source, Entry);

    public static string Describe(IPictureSource source, PictureEntry entry) =>
        $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Location)))}/{entry.Name}";
}

/// <summary>What every importer does once it knows its pictures: read, check, hash, mark duplicates, store, publish.</summary>
internal sealed class RawDatasetImport(IArtifactStore store, ImportOptions options)
{
    private readonly PictureDecoder _decoder = new(options.Budget);
    private readonly Dictionary<UInt128, (string Key, string Split)> _firstByPixels = [];
    private int _duplicates;
    private int _duplicatesAcrossSplits;

    /// <param name="draft">Name, classes and options of the version.</param>
    /// <param name="plan">The pictures; of several with the same pixels, the first one here counts as the original.</param>
    /// <param name="rejected">Pictures left out before reading.</param>
    /// <param name="progress">Told after every picture.</param>
    /// <param name="cancellationToken">Cancels; nothing of the version is then visible.</param>
    public async Task<DatasetManifest> RunAsync(
        DatasetDraft draft, IReadOnlyList<PlannedPicture> plan, IReadOnlyList<RejectedItem> rejected, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        await using var writer = DatasetWriter.Create(store, draft, options.Writer);
        foreach (var item in rejected)
            writer.Reject(item.Source, item.Reason);

        var (done, refused) = (0, 0);
        RejectedItem? firstRefused = rejected.Count > 0 ? rejected[0] : null;
        await foreach (var read in ReadAsync(plan, cancellationToken).SelectOrderedAsync(options.Parallelism, Check, cancellationToken))
        {
            done++;
            if (read.Reason is { } reason)
            {
                refused++;
                firstRefused ??= new RejectedItem(read.Planned.Description, reason);
                writer.Reject(read.Planned.Description, reason);
            }
            else
            {
                await writer.AddAsync(ToItem(read), read.Content, ExtensionOf(read.Planned.Entry.Name), cancellationToken);
            }
            progress?.Report(new ImportProgress(done, plan.Count, refused));
        }
        if (done == refused)
            throw new ImportException($"none of the {refused + rejected.Count} files for '{draft.Name}' can be imported; the first, '{firstRefused?.Source}': {firstRefused?.Reason}");

        var manifest = await writer.CompleteAsync(Counters(), cancellationToken);
        await new DatasetCatalog(store).PublishAsync(manifest, cancellationToken);
        return manifest;
    }

    private async IAsyncEnumerable<ReadPicture> ReadAsync(IReadOnlyList<PlannedPicture> plan, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var planned in plan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadPicture read;
            try
            {
                read = new ReadPicture(planned) { Content = await planned.Source.ReadAsync(planned.Entry, options.Budget.MaxEncodedBytes, cancellationToken) };
            }
            catch (UnreadablePictureException e)
            {
                read = new ReadPicture(planned) { Reason = e.Reason };
            }
            yield return read;
        }
    }

    private ReadPicture Check(ReadPicture read)
    {
        if (read.Reason is not null)
            return read;
        try
        {
            var picture = _decoder.Decode(read.Content, read.Planned.Entry.Name);
            return AnnotatedBox.WhyNotIn(picture, read.Planned.Box) is { } reason
                ? new ReadPicture(read.Planned) { Reason = reason }
                : read with { PixelHash = picture.PixelHash() };
        }
        catch (UnreadablePictureException e)
        {
            return new ReadPicture(read.Planned) { Reason = e.Reason };
        }
    }

    private DatasetItem ToItem(ReadPicture read)
    {
        var planned = read.Planned;
        // Half of the SHA-256 is plenty to tell pictures apart and halves what a million of them cost here.
        var pixels = UInt128.Parse(read.PixelHash.AsSpan(0, 32), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        string? duplicateOf = null;
        if (!_firstByPixels.TryAdd(pixels, (planned.Key, planned.Split)))
        {
            var first = _firstByPixels[pixels];
            duplicateOf = first.Key;
            _duplicates++;
            _duplicatesAcrossSplits += first.Split == planned.Split ? 0 : 1;
        }
        return new DatasetItem
        {
            Key = planned.Key,
            Split = planned.Split,
            Label = planned.Label,
            LabelsByRule = planned.LabelsByRule,
            Box = planned.Box,
            Landmarks = planned.Landmarks,
            PixelHash = read.PixelHash,
            DuplicateOf = duplicateOf,
            Source = planned.Description,
        };
    }

    private Dictionary<string, string> Counters() => new(StringComparer.Ordinal)
    {
        ["duplicates"] = _duplicates.ToString(CultureInfo.InvariantCulture),
        ["duplicatesAcrossSplits"] = _duplicatesAcrossSplits.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The file's own extension in lower case; <c>img</c> where it has none that can stand beside <c>key.json</c>.</summary>
    private static string ExtensionOf(string name)
    {
        var extension = Path.GetExtension(name).TrimStart('.').ToLowerInvariant();
        return extension.Length is > 0 and <= 5 && extension.All(char.IsAsciiLetterOrDigit) && extension != "json" ? extension : "img";
    }

    private sealed record ReadPicture(PlannedPicture Planned)
    {
        public byte[] Content { get; init; } = [];

        public string PixelHash { get; init; } = "";

        /// <summary>Why the picture cannot be used; null where it can.</summary>
        public string? Reason { get; init; }
    }
}
