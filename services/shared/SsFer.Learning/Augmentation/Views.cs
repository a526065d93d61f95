using System.Buffers;
using SsFer.Learning.Randomness;
using SsFer.Recipes;

namespace SsFer.Learning.Augmentation;

/// <summary>The whole picture resized (what evaluation sees). The key is not used.</summary>
public sealed class EvaluationView(int size, Normalisation normalisation) : IView
{
    private readonly ChannelNormaliser _normaliser = new(normalisation);

    public int Size => size;

    public FaceBox Render(PlanarImage picture, FaceBox? box, ViewKey key, Span<float> destination)
    {
        var window = CropWindow.Whole(picture);
        _normaliser.Resample(picture, window, size, flip: false, destination);
        return window.BoxInView(box, picture.Height, picture.Width, flip: false);
    }
}

/// <summary>Weak augmentation (all stages): RandomResizedCrop and horizontal flip.</summary>
public sealed class WeakView(int size, Normalisation normalisation, CropSettings crop) : IView
{
    private readonly ChannelNormaliser _normaliser = new(normalisation);

    public int Size => size;

    public FaceBox Render(PlanarImage picture, FaceBox? box, ViewKey key, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var random = new CounterRandom(key.Seed, RandomPurpose.WeakView, key.Epoch, key.Sample);
        var window = CropWindow.Draw(random, picture.Height, picture.Width, crop);
        var flip = random.NextBool(crop.FlipProbability);
        _normaliser.Resample(picture, window, size, flip, destination);
        return window.BoxInView(box, picture.Height, picture.Width, flip);
    }
}

/// <summary>
/// Strong augmentation (stage three): a crop and flip of its own (ours, after FixMatch: not the weak view's), then RandAugment on
/// 8-bit pixels, then normalisation. The box follows crop and flip only; stage three does not use it.
/// </summary>
public sealed class StrongView(int size, Normalisation normalisation, CropSettings crop, RandAugmentSettings randAugment) : IView
{
    private readonly ChannelNormaliser _normaliser = new(normalisation);
    private readonly RandAugment _randAugment = new(randAugment, RandAugment.MeanColour(normalisation));

    public int Size => size;

    public FaceBox Render(PlanarImage picture, FaceBox? box, ViewKey key, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var random = new CounterRandom(key.Seed, RandomPurpose.StrongView, key.Epoch, key.Sample);
        var window = CropWindow.Draw(random, picture.Height, picture.Width, crop);
        var flip = random.NextBool(crop.FlipProbability);

        var plane = size * size;
        var buffer = ArrayPool<byte>.Shared.Rent(3 * plane);
        var pixels = buffer.AsSpan(0, 3 * plane);
        BicubicResampler.ResampleQuantised(picture, window, size, flip, pixels[..(picture.Channels * plane)]);
        var planes = _randAugment.Apply(
            pixels,
            size,
            picture.Channels,
            new CounterRandom(key.Seed, RandomPurpose.RandAugment, key.Epoch, key.Sample)
        );
        _normaliser.Normalise(pixels[..(planes * plane)], size, destination);
        ArrayPool<byte>.Shared.Return(buffer);
        return window.BoxInView(box, picture.Height, picture.Width, flip);
    }
}
