using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>
/// Finds the versions that runs are to read. Prepared faces whose pictures were imported again since are not used: what they are
/// derived from is not what anybody means any more. One of these is one look at the store: whatever is published meanwhile, all that it
/// finds of a dataset is of the versions that were current at its first look.
/// </summary>
public sealed class FaceVersions(DatasetCatalog catalog)
{
    private readonly Dictionary<string, DatasetPointers> _pointers = new(StringComparer.Ordinal);

    /// <summary>What was current of a dataset at the first look.</summary>
    /// <exception cref="DatasetNotFoundException">There is no such dataset.</exception>
    public async Task<DatasetPointers> PointersAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!_pointers.TryGetValue(dataset, out var pointers))
        {
            _pointers[dataset] = pointers = await catalog.GetAsync(dataset, cancellationToken);
        }

        return pointers;
    }

    /// <param name="selection">Dataset and split.</param>
    /// <param name="size">Side of a face in pixels.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DatasetNotFoundException">There is no such dataset.</exception>
    /// <exception cref="PlanningException">The dataset has no such split, or no pictures to prepare.</exception>
    public async Task<FaceVersion> FindAsync(DatasetSelection selection, int size, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var pointers = await PointersAsync(selection.Name, cancellationToken);
        var prepared = await AtSizeAsync(selection.Name, pointers, size, cancellationToken);
        if (prepared is not null && IsCurrent(prepared, pointers))
        {
            return Of(selection, prepared, pending: null);
        }

        if (pointers.Raw is null)
        {
            throw new PlanningException(
                $"dataset '{selection.Name}' is not prepared at {size} pixels and has no raw pictures to prepare: import them first"
            );
        }

        var imported = await catalog.ReadManifestAsync(selection.Name, pointers.Raw, cancellationToken);
        var last = prepared ?? await AtSizeAsync(selection.Name, pointers, pointers.PreparedLast, cancellationToken);
        var pending = last is null ? new FacePreparation { Size = size } : StoredPreparation.Of(last) with { Size = size };
        var note = NoteOf(selection.Name, pending, last, isStale: prepared is not null);
        return pending.Detector == DetectorNames.YoloFace
            ? throw new PlanningException($"its detector's network is not in the store, and {note}")
            : Of(selection, imported, pending) with
            {
                Note = note,
            };
    }

    /// <summary>A version that is known already.</summary>
    /// <param name="reference">Version and split.</param>
    /// <param name="pending">How it has to be prepared; null where it is prepared.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<FaceVersion> ReadAsync(DatasetReference reference, FacePreparation? pending, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var manifest = await catalog.ReadManifestAsync(reference.Name, reference.Version, cancellationToken);
        return new FaceVersion(reference, manifest, pending);
    }

    private static FaceVersion Of(DatasetSelection selection, DatasetManifest manifest, FacePreparation? pending)
    {
        var version = new FaceVersion(new DatasetReference(manifest.Name, manifest.Version, selection.Split), manifest, pending);
        return version.Count > 0
            ? version
            : throw new PlanningException(
                $"dataset '{manifest.Name}' has no split '{selection.Split}': it has {string.Join(", ", manifest.Counts.Keys)}"
            );
    }

    private async Task<DatasetManifest?> AtSizeAsync(string name, DatasetPointers pointers, int? size, CancellationToken cancellationToken)
    {
        // A catalog from before the last preparation was noted tells no order: the largest is taken for it.
        var at = size ?? (pointers.Prepared.Count > 0 ? pointers.Prepared.Keys.Max() : 0);
        return pointers.Prepared.TryGetValue(at, out var version)
            ? await catalog.ReadManifestAsync(name, version, cancellationToken)
            : null;
    }

    private static bool IsCurrent(DatasetManifest prepared, DatasetPointers pointers) =>
        pointers.Raw is null
        || prepared.Provenance.GetValueOrDefault(PreparationProvenance.RawVersion) is not { } raw
        || raw == pointers.Raw;

    private static string NoteOf(string name, FacePreparation pending, DatasetManifest? last, bool isStale)
    {
        var why = isStale
            ? $"{name} was imported again after it was prepared at {pending.Size} pixels"
            : $"{name} is not prepared at {pending.Size} pixels yet";
        if (last is null)
        {
            return $"{why}: ssfer data prepare {name} --size {pending.Size}";
        }

        return $"{why}: ssfer data prepare {name} {pending.ToOptions()}, as {(isStale ? "before" : $"at {last.Size} pixels")}";
    }
}
