namespace SsFer.Recipes.Baselines;

/// <summary>Layers one after the other, with the channels and the side of what they leave.</summary>
internal sealed class LayerSequence(int channels, int side, BatchNormRule rule)
{
    private readonly List<BaselineLayer> _layers = [];

    public IReadOnlyList<BaselineLayer> Layers => _layers;

    public int Channels { get; private set; } = channels;

    public int Side { get; private set; } = side;

    /// <summary>A sequence of its own that starts where this one is.</summary>
    public LayerSequence Branch() => new(Channels, Side, rule);

    /// <summary>A convolution that keeps the side, or divides it by the stride and rounds up; without a norm it has a bias.</summary>
    public LayerSequence Convolve(
        string key,
        int outputs,
        int kernel,
        int stride = 1,
        string? norm = null,
        NonLinearity then = NonLinearity.None
    ) => Add(key, outputs, (kernel, stride, Groups: 1), norm, then);

    /// <summary>One convolution for each channel.</summary>
    public LayerSequence ConvolveDepthwise(string key, int kernel, int stride, string norm, NonLinearity then) =>
        Add(key, Channels, (kernel, stride, Groups: Channels), norm, then);

    public LayerSequence MaxPool(string name, int kernel, int stride, int padding)
    {
        _layers.Add(new MaxPoolLayer(name, kernel, stride, padding));
        Side = ((Side + (2 * padding) - kernel) / stride) + 1;
        return this;
    }

    public LayerSequence Squeeze(string key, int squeezed)
    {
        _layers.Add(new SqueezeLayer(key, Channels, squeezed));
        return this;
    }

    /// <summary>All layers of a branch, as they are.</summary>
    public LayerSequence Follow(LayerSequence branch) => Continue(branch, branch.Layers);

    /// <summary>All layers of a branch, with a way around them.</summary>
    public LayerSequence Residual(LayerSequence inside, LayerSequence? around = null, NonLinearity then = NonLinearity.None) =>
        Continue(inside, [new ResidualLayer(inside.Layers, (ConvolutionLayer?)around?.Layers.Single(), then)]);

    private LayerSequence Continue(LayerSequence branch, IEnumerable<BaselineLayer> layers)
    {
        _layers.AddRange(layers);
        (Channels, Side) = (branch.Channels, branch.Side);
        return this;
    }

    private LayerSequence Add(string key, int outputs, (int Side, int Stride, int Groups) kernel, string? norm, NonLinearity then)
    {
        Side = (Side + kernel.Stride - 1) / kernel.Stride;
        var shape = new ConvolutionShape(key, Channels, outputs, kernel.Side, kernel.Stride, Side) { Groups = kernel.Groups };
        _layers.Add(new ConvolutionLayer(shape, norm is null ? null : new BatchNormShape(norm, rule), then));
        Channels = outputs;
        return this;
    }
}
