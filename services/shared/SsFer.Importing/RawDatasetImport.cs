using System.Runtime.CompilerServices;
using SsFer.Artifacts;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Importing.Pictures;
using SsFer.Recipes;

namespace SsFer.Importing;

/// <summary>One picture that is to be imported, and what is known of it before it is read.</summary>
internal sealed record PlannedPicture(IPictureSource Source, PictureEntry Entry, string Key, string Split)
{
    public string? Label { get; init; }

    public IReadOnlyDictionary<string, string?>? LabelsByRule { get; init; }

    /// <summary>See <see cref="DatasetItem.Votes"/>.</summary>
    public IReadOnlyDictionary<string, int>? Votes { get; init; }

    /// <summary>See <see cref="DatasetItem.Box"/>; checked against the picture once that is decoded.</summary>
    public AnnotatedBox? Box { get; init; }

    /// <summary>See <see cref="DatasetItem.Landmarks"/>.</summary>
    public IReadOnlyList<float>? Landmarks { get; init; }

    /// <summary>The archive or directory by its own name, then the file: the same wherever the archive lies.</summary>
    public string Description => Describe(Source, Entry);

    /// <summary>
    /// The picture under another label, which holds for the rule that gave the one before too; votes for another one are no longer its.
    /// </summary>
    public PlannedPicture Relabelled(string label) =>
        this with
        {
            Label = label,
            Votes = label == Label ? Votes : null,
            LabelsByRule = LabelsByRule?.ToDictionary(pair => pair.Key, pair => pair.Value == Label ? label : pair.Value),
        };

    public static string Describe(IPictureSource source, PictureEntry entry) =>
        $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Location)))}/{entry.Name}";
}

/// <summary>
/// What every importer does once it knows its pictures: read, check, hash, mark duplicates, store, publish. Pictures stream
/// through; what is held of each besides its line in the plan is its place in the table of duplicates (36 bytes).
/// </summary>
internal sealed class RawDatasetImport(IArtifactStore store, ImportOptions options)
{
    private readonly PictureDecoder _decoder = new(options.Budget);
    private Duplicates _duplicates = new([]);
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);

    /// <summary>Imports, after the last shard that a killed import of the same pictures stored.</summary>
    /// <param name="draft">Name, classes and options of the version.</param>
    /// <param name="plan">The pictures; of several with the same pixels, the first one here counts as the original.</param>
    /// <param name="progress">Told where it begins, then after every picture.</param>
    /// <param name="cancellationToken">Cancels; nothing of the version is then visible.</param>
    public async Task<DatasetManifest> RunAsync(
        DatasetDraft draft,
        ImportPlan plan,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var described = draft with { OnlyUsedClasses = plan.NamesItsClasses };
        var manifest = await WriteAsync(described, plan.Pictures, plan.Rejected, progress, cancellationToken);
        await new DatasetCatalog(store).PublishAsync(manifest, cancellationToken);
        return manifest;
    }

    private async Task<DatasetManifest> WriteAsync(
        DatasetDraft draft,
        IReadOnlyList<PlannedPicture> plan,
        IReadOnlyList<RejectedItem> rejected,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await using var writer = await DatasetWriter.ResumeAsync(
            store,
            draft,
            ImportInput.Describe(plan, rejected, options),
            options.Writer,
            cancellationToken
        );
        if (writer.Completed is { } completed)
        {
            progress?.Report(new ImportProgress(plan.Count, plan.Count, completed.Rejected.Count - rejected.Count));
            return completed;
        }

        _duplicates = new Duplicates(plan);
        var (done, refused) = (0, 0);
        if (writer.Sealed > 0)
        {
            var stored = await RecallAsync(writer, plan, cancellationToken);
            done = writer.Sealed - rejected.Count;
            refused = done - stored;
        }
        else
        {
            foreach (var item in rejected)
            {
                writer.Reject(item.Source, item.Reason);
            }
        }

        progress?.Report(new ImportProgress(done, plan.Count, refused));
        var firstRefused = rejected.Count > 0 ? rejected[0] : null;
        await foreach (
            var read in ReadAsync(plan, done, cancellationToken).SelectOrderedAsync(options.Parallelism, Check, cancellationToken)
        )
        {
            if (read.Reason is { } reason)
            {
                refused++;
                firstRefused ??= new RejectedItem(read.Planned.Description, reason);
                writer.Reject(read.Planned.Description, reason);
            }
            else
            {
                await writer.AddAsync(ToItem(read, done), read.Content, ExtensionOf(read.Planned.Entry.Name), cancellationToken);
            }
            done++;
            progress?.Report(new ImportProgress(done, plan.Count, refused));
        }
        if (done == refused)
        {
            throw new ImportException(
                $"none of the {refused + rejected.Count} files for '{draft.Name}' can be imported; the first, "
                    + $"'{firstRefused?.Source}': {firstRefused?.Reason}"
            );
        }

        return await writer.CompleteAsync(Counters(draft), cancellationToken);
    }

    /// <summary>Counts the stored pictures as if they had just been read; returns how many they are.</summary>
    private async Task<int> RecallAsync(DatasetWriter writer, IReadOnlyList<PlannedPicture> plan, CancellationToken cancellationToken)
    {
        var (stored, index) = (0, 0);
        await foreach (var item in writer.SealedItemsAsync(cancellationToken))
        {
            while (plan[index].Key != item.Key)
            {
                index++; // rejected
            }

            _duplicates.Find(item.PixelHash!, index);
            _labels.Add(item.Label ?? "");
            stored++;
        }
        return stored;
    }

    private async IAsyncEnumerable<ReadPicture> ReadAsync(
        IReadOnlyList<PlannedPicture> plan,
        int from,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        for (var i = from; i < plan.Count; i++)
        {
            var planned = plan[i];
            cancellationToken.ThrowIfCancellationRequested();
            ReadPicture read;
            try
            {
                read = new ReadPicture(planned)
                {
                    Content = await planned.Source.ReadAsync(planned.Entry, options.Budget.MaxEncodedBytes, cancellationToken),
                };
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
        {
            return read;
        }

        try
        {
            var picture = _decoder.Decode(read.Content, read.Planned.Entry.Name);
            return read.Planned.Box?.FaultIn(picture.Width, picture.Height) is { } reason
                ? new ReadPicture(read.Planned) { Reason = reason }
                : read with
                {
                    PixelHash = picture.PixelHash(),
                    Box = read.Planned.Box?.In(picture.Width, picture.Height),
                };
        }
        catch (UnreadablePictureException e)
        {
            return new ReadPicture(read.Planned) { Reason = e.Reason };
        }
    }

    private DatasetItem ToItem(ReadPicture read, int index)
    {
        var planned = read.Planned;
        _labels.Add(planned.Label ?? "");
        return new DatasetItem
        {
            Key = planned.Key,
            Split = planned.Split,
            Label = planned.Label,
            LabelsByRule = planned.LabelsByRule,
            Votes = planned.Votes,
            Box = read.Box is { } box ? [box.X0, box.Y0, box.X1, box.Y1] : null,
            Landmarks = planned.Landmarks,
            PixelHash = read.PixelHash,
            DuplicateOf = _duplicates.Find(read.PixelHash, index)?.Key,
            Source = planned.Description,
        };
    }

    private Dictionary<string, string> Counters(DatasetDraft draft)
    {
        var counters = new Dictionary<string, string>(draft.Provenance);
        _duplicates.AddTo(counters);
        if (draft.OnlyUsedClasses && draft.Classes.Where(name => !_labels.Contains(name)).ToList() is { Count: > 0 } empty)
        {
            counters[ImportFindings.Empty] = string.Join(", ", empty);
        }

        return counters;
    }

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

        /// <summary>In pixels of the picture.</summary>
        public FaceBox? Box { get; init; }

        /// <summary>Why the picture cannot be used; null where it can.</summary>
        public string? Reason { get; init; }
    }
}
