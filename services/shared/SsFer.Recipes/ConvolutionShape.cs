namespace SsFer.Recipes;

/// <summary>One convolution; its output may have a scale and a shift for each channel.</summary>
/// <param name="Key">Of its parameters.</param>
/// <param name="Inputs">Channels.</param>
/// <param name="Outputs">Channels.</param>
/// <param name="Kernel">Side of the kernel; padded by half of it.</param>
/// <param name="Stride">Pixels from one output to the next.</param>
/// <param name="Side">Of the output in pixels.</param>
public sealed record ConvolutionShape(string Key, int Inputs, int Outputs, int Kernel, int Stride, int Side)
{
    /// <summary>Into how many parts the channels fall that see nothing of each other.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>[outputs, inputs / groups, kernel, kernel].</summary>
    public IReadOnlyList<long> WeightSides => [Outputs, Inputs / Groups, Kernel, Kernel];

    public long Weights => WeightSides.Aggregate((product, side) => product * side);

    /// <summary>With the scale and the shift.</summary>
    public long Parameters => Weights + (2L * Outputs);

    public long MultiplyAdds => Weights * Side * Side;
}
