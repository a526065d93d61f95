using SsFer.Learning.Models;
using SsFer.Learning.Sampling;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>Pictures as a pre-trained autoencoder sees and completes them.</summary>
/// <param name="Pixels">[N, 3, S, S], normalised: visible patches as they are, removed ones as reconstructed.</param>
/// <param name="Removed">Whether each patch was removed, flat [N, L], patches row by row.</param>
public sealed record Reconstruction(float[] Pixels, bool[] Removed);

/// <summary>A pre-trained autoencoder at work: removes patches as pre-training does and paints them again. For people to look at.</summary>
public sealed class Reconstructor : IDisposable
{
    private readonly Recipe _recipe;
    private readonly MaskedAutoencoder _model;
    private readonly ParameterSet _parameters;
    private readonly Device _device;

    /// <param name="recipe">That the weights were trained with: architecture of encoder and decoder, share of patches removed.</param>
    /// <param name="weights">Encoder and decoder under MAE's keys.</param>
    /// <param name="name">Names the weights in errors.</param>
    /// <param name="target">Where to compute; always in fp32.</param>
    /// <exception cref="WeightsException">A parameter is missing, such as the decoder's, or of another shape.</exception>
    public Reconstructor(Recipe recipe, IReadOnlyDictionary<string, Tensor> weights, string name, ComputeTarget target)
    {
        _recipe = recipe;
        _model = new MaskedAutoencoder(recipe.Model, recipe.Decoder);
        _device = target.Device;
        using var cpu = ParameterSet.Zeros(_model.Layout, ScalarType.Float32, CPU, withGradients: false);
        var report = NamedWeights.Load(cpu, weights, name);
        if (report.Missing.Count > 0)
        {
            throw new WeightsException($"{name} is no autoencoder: it lacks {string.Join(", ", report.Missing)}");
        }

        _parameters = cpu.CopyTo(ScalarType.Float32, _device, withGradients: false);
    }

    /// <summary>
    /// Removes patches at random and reconstructs them. Where the recipe has pixels normalised per patch, a prediction is brought
    /// back with the mean and variance of the very patch it stands for, which the model never saw: contrast and brightness of a
    /// removed patch are the original's.
    /// </summary>
    /// <param name="faces">Pictures, normalised.</param>
    /// <param name="seed">Of the masks; each picture has its own.</param>
    public Reconstruction Reconstruct(FaceBatch faces, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(faces);
        var settings = _model.Options;
        int n = faces.Count,
            length = settings.PatchCount,
            visible = MaskRatio.VisibleCount(length, _recipe.Pretraining.MaskRatio),
            removed = length - visible;
        long[] samples = [.. Enumerable.Range(0, n)];
        var order = RandomMask.Shuffle(seed, 0, samples, length);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var patches = PatchEmbedding.Patchify(faces.PixelTensor(_device), settings).view(n * length, settings.PatchLength); // [N·L, p²·3]
        var shuffle = DeviceTransfer.ToDevice(order, [n, length], _device).to(ScalarType.Int64); // [N, L]
        var rows = shuffle.Plus(ScalarOperations.Multiples(n, length, _device).unsqueeze(1)); // [N, L], rows of the flattened patches
        var seen = patches.index_select(0, rows.narrow(1, 0, visible).reshape(-1)).view(n, visible, settings.PatchLength); // [N, K, p²·3]
        // [N, L-K, p²·3]
        var hidden = patches.index_select(0, rows.narrow(1, visible, removed).reshape(-1)).view(n, removed, settings.PatchLength);
        var predicted = _model.Reconstruct(_parameters, seen, shuffle, visible); // [N, L-K, p²·3]
        if (_recipe.Pretraining.NormalisePixels)
        {
            predicted = (predicted * hidden.var(-1, unbiased: true, keepdim: true).Plus(1e-6).sqrt()).Plus(
                hidden.mean([-1], keepdim: true)
            );
        }

        return Compose(faces, order, predicted.cpu().data<float>().ToArray(), visible);
    }

    public void Dispose() => _parameters.Dispose();

    /// <summary>Puts predicted patches, in shuffled order and each row, column, channel, into a copy of the pictures.</summary>
    private Reconstruction Compose(FaceBatch faces, int[] order, float[] predicted, int visible)
    {
        var settings = _model.Options;
        int side = settings.ImageSize,
            patch = settings.PatchSize,
            length = settings.PatchCount;
        var pixels = (float[])faces.Pixels.Clone();
        var removed = new bool[faces.Count * length];
        var next = 0;
        for (var n = 0; n < faces.Count; n++)
        {
            foreach (var index in order.AsSpan((n * length) + visible, length - visible))
            {
                removed[(n * length) + index] = true;
                var (top, left) = (index / settings.Grid * patch, index % settings.Grid * patch);
                for (var i = 0; i < settings.PatchLength; i++)
                {
                    var (row, column, channel) = (i / (3 * patch), i / 3 % patch, i % 3);
                    pixels[(((((n * 3) + channel) * side) + top + row) * side) + left + column] = predicted[next++];
                }
            }
        }

        return new Reconstruction(pixels, removed);
    }
}
