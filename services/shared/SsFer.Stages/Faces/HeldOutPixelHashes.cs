using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Stages.Faces;

/// <summary>
/// What the pictures of a run's validation split look like, by the hash of their pixels before they were prepared: however the
/// faces were cut, the same picture is known again. One hash a picture is held.
/// </summary>
internal sealed class HeldOutPixelHashes
{
    private readonly string? _dataset;
    private readonly HashSet<string> _hashes = new(StringComparer.Ordinal);

    private HeldOutPixelHashes(string? dataset) => _dataset = dataset;

    /// <summary>Nothing is held out.</summary>
    public static HeldOutPixelHashes None { get; } = new(null);

    /// <summary>What is kept out of a dataset: nothing where it is the validation split's own, whose splits are its owner's.</summary>
    public HeldOutPixelHashes For(DatasetReference reference) => reference.Name == _dataset ? None : this;

    /// <summary>Whether the picture has the pixels of one that is held out; false where its hash is not known.</summary>
    public bool Contain(DatasetItem item) => item.PixelHash is { } hash && _hashes.Contains(hash);

    /// <summary>Those of the run's validation split; none where it has none, or learns from that dataset alone.</summary>
    /// <exception cref="PermanentStageException">The version is damaged or not stored; the message names it.</exception>
    public static async Task<HeldOutPixelHashes> OfAsync(StageEnvironment environment, RunSpec spec, CancellationToken cancellationToken)
    {
        if (
            spec.Validation is not { } validation
            || spec.Unlabelled.Append(spec.Labelled).All(reference => reference is null || reference.Name == validation.Name)
        )
        {
            return None;
        }

        var pixels = new HeldOutPixelHashes(validation.Name);
        try
        {
            await foreach (
                var item in DatasetReader.ItemsAsync(
                    environment.Store,
                    validation.Name,
                    validation.Version,
                    environment.Cache,
                    cancellationToken
                )
            )
            {
                environment.Observer.Working();
                if (item.PixelHash is { } hash && (validation.Split is not { } split || item.Split == split))
                {
                    pixels._hashes.Add(hash);
                }
            }
        }
        catch (UnusableArtifactException fault)
        {
            throw new PermanentStageException($"{validation} cannot be used: {fault.Message}", fault);
        }

        return pixels;
    }
}
