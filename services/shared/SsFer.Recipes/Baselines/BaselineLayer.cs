namespace SsFer.Recipes.Baselines;

/// <summary>
/// A layer of a baseline network: what builds it, counts it and exports it reads it here. Keys are those of torchvision's state
/// dictionaries.
/// </summary>
public abstract record BaselineLayer
{
    /// <summary>Trained values; running statistics are none.</summary>
    public virtual long Parameters => 0;

    /// <summary>Of convolutions and linear layers, for one picture.</summary>
    public virtual long MultiplyAdds => 0;
}

/// <summary>What comes behind a layer, value by value.</summary>
public enum NonLinearity
{
    None,
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>x min(max(x + 3, 0), 6) / 6.</summary>
    HardSwish,

    /// <summary>min(max(x + 3, 0), 6) / 6.</summary>
    HardSigmoid,
}

/// <summary>Batch normalisation of a convolution's channels (Ioffe and Szegedy 2015).</summary>
/// <param name="Key">Of weight, bias, running_mean and running_var.</param>
/// <param name="Rule">How it counts.</param>
public sealed record BatchNormShape(string Key, BatchNormRule Rule);

/// <summary>How a family of networks normalises.</summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">Share of the latest batch in the running statistics.</param>
public sealed record BatchNormRule(double Epsilon = 1e-5, double Momentum = 0.1);

/// <summary>A convolution, normalised by the batch or else with a bias.</summary>
public sealed record ConvolutionLayer(ConvolutionShape Shape, BatchNormShape? Norm, NonLinearity Then) : BaselineLayer
{
    public override long Parameters => Shape.Weights + (Norm is null ? Shape.Outputs : 2L * Shape.Outputs);

    public override long MultiplyAdds => Shape.MultiplyAdds;
}

/// <summary>The largest value of each window.</summary>
public sealed record MaxPoolLayer(string Name, int Kernel, int Stride, int Padding) : BaselineLayer;

/// <summary>then(around(x) + inside(x)).</summary>
/// <param name="Inside">Layers one after the other.</param>
/// <param name="Around">What brings x to the shape of the sum; null where it has it.</param>
/// <param name="Then">Behind the sum.</param>
public sealed record ResidualLayer(IReadOnlyList<BaselineLayer> Inside, ConvolutionLayer? Around, NonLinearity Then) : BaselineLayer
{
    public override long Parameters => Inside.Sum(layer => layer.Parameters) + (Around?.Parameters ?? 0);

    public override long MultiplyAdds => Inside.Sum(layer => layer.MultiplyAdds) + (Around?.MultiplyAdds ?? 0);
}

/// <summary>
/// Squeeze and excitation (Hu et al. 2018) as MobileNetV3 has it: channels are scaled by a gate in [0, 1] that two convolutions of one
/// pixel make of their means. Keys: fc1 and fc2 below <paramref name="Key"/>.
/// </summary>
public sealed record SqueezeLayer(string Key, int Channels, int Squeezed) : BaselineLayer
{
    public ConvolutionLayer Reduce => Convolution("fc1", Channels, Squeezed, NonLinearity.Relu);

    public ConvolutionLayer Expand => Convolution("fc2", Squeezed, Channels, NonLinearity.HardSigmoid);

    public override long Parameters => Reduce.Parameters + Expand.Parameters;

    public override long MultiplyAdds => Reduce.MultiplyAdds + Expand.MultiplyAdds;

    private ConvolutionLayer Convolution(string name, int inputs, int outputs, NonLinearity then) =>
        new(new ConvolutionShape($"{Key}.{name}", inputs, outputs, Kernel: 1, Stride: 1, Side: 1), Norm: null, then);
}

/// <summary>A linear layer.</summary>
public sealed record DenseLayer(string Key, int Inputs, int Outputs, NonLinearity Then) : BaselineLayer
{
    public override long Parameters => MultiplyAdds + Outputs;

    public override long MultiplyAdds => (long)Inputs * Outputs;
}
