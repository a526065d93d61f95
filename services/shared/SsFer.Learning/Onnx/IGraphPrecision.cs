using SsFer.Learning.Models;

namespace SsFer.Learning.Onnx;

/// <summary>In which numbers the convolutions of a graph compute.</summary>
internal interface IGraphPrecision
{
    /// <summary>An activation as the operators behind it read it.</summary>
    /// <param name="value">Its name in the graph, [N, C, H, W].</param>
    /// <returns>The name to read.</returns>
    string Activation(string value);

    /// <summary>Input, weight and bias of a convolution.</summary>
    /// <param name="input">What <see cref="Activation"/> returned.</param>
    /// <param name="convolution">Is folded: a plain one computes the same.</param>
    /// <param name="parameters">Holds its weights.</param>
    /// <returns>Their names.</returns>
    string[] Operands(string input, StandardisedConvolution convolution, ParameterSet parameters);
}
