using SsFer.Artifacts.Models;
using SsFer.Learning.Models;
using SsFer.Learning.Onnx;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Inference.Tests;

/// <summary>A small classifier with random weights, as ONNX and in TorchSharp.</summary>
internal sealed class TestModel : IDisposable
{
    public static readonly IReadOnlyList<string> Classes = ["neutral", "happiness", "sadness"];

    private static readonly ModelSettings Settings = RecipeCatalog.Smoke.Model;

    private readonly ParameterSet _parameters;
    private readonly FacePreparation _preparation;

    /// <param name="id">Of the model.</param>
    /// <param name="favourite">The class it answers, whatever it sees; none where null.</param>
    /// <param name="detector">See <see cref="FacePreparation.Detector"/>.</param>
    public TestModel(string id, string? favourite = null, string detector = "none")
    {
        Id = id;
        _preparation = new FacePreparation
        {
            Size = Settings.ImageSize,
            Detector = detector,
            Margin = 0.3f,
        };
        var model = new VisionTransformer(Settings, Classes.Count);
        _parameters = ParameterSet.Initialised(model.Layout, 1);
        if (favourite is null)
        {
            return;
        }

        var bias = new float[Classes.Count];
        bias[Classes.ToList().IndexOf(favourite)] = 100;
        using var scope = NewDisposeScope();
        _parameters[model.Layout.Find("head.bias")!.Value].copy_(tensor(bias));
    }

    public string Id { get; }

    public byte[] ToOnnx()
    {
        using var stream = new MemoryStream();
        var served = new ServedModel
        {
            Id = Id,
            Classes = Classes,
            Preparation = _preparation,
        };
        var source = new OnnxSource(Settings, new Normalisation(), NamedWeights.Of(_parameters).ToDictionary(), Id);
        OnnxClassifier.Write(stream, source, served.ToMetadata());
        return stream.ToArray();
    }

    /// <summary>Probabilities as evaluation computes them.</summary>
    public float[] Predict(IFaceSource face)
    {
        using var classifier = new Classifier(
            Settings,
            new Normalisation(),
            Classes.Count,
            NamedWeights.Of(_parameters).ToDictionary(),
            Id,
            ComputeTarget.Choose("cpu", Precision.Fp32, 1)
        );
        return classifier.Predict(face, CancellationToken.None)[0];
    }

    public void Dispose() => _parameters.Dispose();
}
