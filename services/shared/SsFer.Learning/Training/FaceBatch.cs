using SsFer.Learning.Augmentation;
using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>Views of N faces, normalised, with their boxes and classes; prepared without a tensor in sight.</summary>
public sealed class FaceBatch
{
    private FaceBatch(int count, int size)
    {
        Size = size;
        Pixels = new float[count * 3 * size * size];
        Boxes = new FaceBox[count];
        Classes = new long[count];
    }

    public int Count => Boxes.Length;

    /// <summary>Side S of a view in pixels.</summary>
    public int Size { get; }

    /// <summary>[N, 3, S, S], normalised.</summary>
    public float[] Pixels { get; }

    /// <summary>Face boxes in the coordinates of the views.</summary>
    public FaceBox[] Boxes { get; }

    /// <summary>Class indices; -1 where unlabelled.</summary>
    public long[] Classes { get; }

    /// <summary>
    /// Renders the views one after the other; each is keyed by its own sample, so the grouping into batches changes nothing.
    /// </summary>
    /// <param name="source">Where the faces are.</param>
    /// <param name="view">Augmentation.</param>
    /// <param name="samples">For each place of the batch: index in the source, and the key of its randomness.</param>
    public static FaceBatch Render(IFaceSource source, IView view, IReadOnlyList<(int Index, ViewKey Key)> samples)
    {
        var batch = new FaceBatch(samples.Count, view.Size);
        var length = 3 * view.Size * view.Size;
        for (var i = 0; i < samples.Count; i++)
        {
            var (index, key) = samples[i];
            batch.Boxes[i] = view.Render(source.Read(index), source.BoxOf(index), key, batch.Pixels.AsSpan(i * length, length));
            batch.Classes[i] = source.LabelOf(index);
        }

        return batch;
    }

    /// <summary>[N, 3, S, S] in fp32.</summary>
    public Tensor PixelTensor(Device device) => DeviceTransfer.ToDevice(Pixels, [Count, 3, Size, Size], device);

    /// <summary>[N] in int64.</summary>
    public Tensor ClassTensor(Device device) => DeviceTransfer.ToDevice(Classes, [Count], device);
}
