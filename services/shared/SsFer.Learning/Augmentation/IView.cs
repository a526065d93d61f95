using SsFer.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>
/// Turns a stored face into what the model sees. Thread-safe and pure: the same picture, box and key give the same view on any thread.
/// </summary>
public interface IView
{
    /// <summary>Side S of the view in pixels.</summary>
    int Size { get; }

    /// <summary>Renders one view.</summary>
    /// <param name="picture">Stored face; one plane is repeated to three.</param>
    /// <param name="box">Its face box in units of the picture, or null where no face was found.</param>
    /// <param name="key">What the randomness of this view derives from.</param>
    /// <param name="destination">Receives the normalised view, [3, S, S], <c>(v / 255 - mean) / std</c>.</param>
    /// <returns>The face box in the coordinates of the view.</returns>
    FaceBox Render(PlanarImage picture, FaceBox? box, ViewKey key, Span<float> destination);
}

/// <summary>All that a view's randomness derives from: seed of the run, epoch (or pass), index of the sample in its dataset.</summary>
public readonly record struct ViewKey(ulong Seed, long Epoch, long Sample);
