using SsFer.Artifacts.Models;
using SsFer.Learning.Onnx;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using SsFer.Stages;

namespace SsFer.Evaluation;

/// <summary>A model in the form that inference serves: the ONNX graph with what <see cref="ServedModel"/> says of it.</summary>
public static class OnnxModelFile
{
    /// <param name="stream">Receives the file; stays open.</param>
    /// <param name="id">Of the model.</param>
    /// <param name="weights">A classifier written by SsFer.</param>
    /// <param name="preparation">Of the faces it was trained on.</param>
    /// <param name="temperature">Of its probabilities.</param>
    /// <exception cref="WeightsException">The weights are not a classifier's.</exception>
    public static void Write(Stream stream, string id, SafetensorsContent weights, FacePreparation preparation, double temperature)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var description = DescribedWeights.Of(weights, id);
        var served = Describe(id, description.Classes, preparation);
        OnnxClassifier.Write(
            stream,
            new OnnxSource(description.Model, description.Normalisation, weights.Tensors, id, temperature),
            served
        );
    }

    /// <summary>What the file says of the model.</summary>
    internal static IReadOnlyDictionary<string, string> Describe(string id, IReadOnlyList<string> classes, FacePreparation preparation) =>
        new ServedModel
        {
            Id = id,
            Classes = classes,
            Preparation = preparation,
        }.ToMetadata();
}
