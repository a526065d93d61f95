using Microsoft.ML.OnnxRuntime;
using SsFer.Learning.Models;
using SsFer.Learning.Onnx;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Onnx;

[Trait("Category", "Slow")]
public sealed class OnnxClassifierTests
{
    private const int Classes = 7;
    private const float Tolerance = 1e-4f;

    private static readonly IReadOnlyDictionary<string, ModelSettings> Models = new Dictionary<string, ModelSettings>
    {
        ["smoke"] = RecipeCatalog.Smoke.Model,
        ["compact"] = RecipeCatalog.Compact.Model,
        ["patch 16"] = ModelSettings.Tiny with { ImageSize = 112, Depth = 3 },
        ["served"] = RecipeCatalog.Served.Model,
        ["one block"] = RecipeCatalog.Smoke.Model with { Depth = 1 },
    };

    public static TheoryData<string, int> ModelsAndBatches
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var model in Models.Keys)
            {
                cases.Add(model, 1);
                cases.Add(model, 7);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(ModelsAndBatches))]
    public void Logits_OfRandomPictures_EqualTorchSharp(string model, int batch)
    {
        var random = new Random(batch);
        AssertEqual(
            Models[model],
            [.. Enumerable.Range(0, batch * 3 * Models[model].ImageSize * Models[model].ImageSize).Select(_ => random.NextSingle())],
            batch
        );
    }

    [Theory]
    [MemberData(nameof(ModelsAndBatches))]
    public void Logits_OfRealFaces_EqualTorchSharp(string model, int batch) =>
        AssertEqual(Models[model], RealFaces.Planes(batch, Models[model].ImageSize), batch);

    [Fact]
    public void Logits_OfViTBase_EqualTorchSharp()
    {
        var random = new Random(1);
        AssertEqual(ModelSettings.Base, [.. Enumerable.Range(0, 3 * 224 * 224).Select(_ => random.NextSingle())], 1);
    }

    /// <summary>Of 96 pixels VGG leaves three places a side, which are averaged to seven cells.</summary>
    [Theory]
    [InlineData(BaselineKind.ResNet18, 48)]
    [InlineData(BaselineKind.ResNet50, 48)]
    [InlineData(BaselineKind.MobileNetV2, 48)]
    [InlineData(BaselineKind.MobileNetV3Large, 48)]
    [InlineData(BaselineKind.VGG11, 96)]
    public void Logits_OfABaseline_EqualTorchSharp(BaselineKind kind, int side) =>
        AssertEqual(
            new()
            {
                Kind = ModelKind.Baseline,
                Baseline = kind,
                ImageSize = side,
            },
            RealFaces.Planes(2, side),
            batch: 2
        );

    [Fact]
    public void File_SaysWhatTheModelIs()
    {
        using var session = Open(
            Models["smoke"],
            new Normalisation(),
            out var trained,
            new Dictionary<string, string> { ["classes"] = "sad, 喜び", ["empty"] = "" }
        );
        trained.Dispose();

        Assert.Equal([-1, 3, 32, 32], session.InputMetadata[OnnxClassifier.Pixels].Dimensions);
        Assert.Equal([-1, Classes], session.OutputMetadata[OnnxClassifier.Logits].Dimensions);
        Assert.Equal(["batch", ""], session.OutputMetadata[OnnxClassifier.Probabilities].SymbolicDimensions);
        Assert.Equal("sad, 喜び", session.ModelMetadata.CustomMetadataMap["classes"]);
        Assert.Equal("test model", session.ModelMetadata.GraphName);
        Assert.Equal("SsFer", session.ModelMetadata.ProducerName);
    }

    [Fact]
    public void Probabilities_SumToOne_AndFollowTheLogits()
    {
        using var session = Open(Models["smoke"], new Normalisation(), out var trained);
        trained.Dispose();
        float[] pixels = [.. Enumerable.Range(0, 2 * 3 * 32 * 32).Select(i => i % 97 / 96f)];

        var outputs = Run(session, pixels, 2, 32);

        for (var row = 0; row < 2; row++)
        {
            float[] logits = outputs.Logits[(row * Classes)..((row + 1) * Classes)],
                probabilities = outputs.Probabilities[(row * Classes)..((row + 1) * Classes)];
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(Array.IndexOf(logits, logits.Max()), Array.IndexOf(probabilities, probabilities.Max()));
        }
    }

    [Fact]
    public void Temperature_DividesTheLogitsOfTheProbabilitiesAlone()
    {
        using var plain = Open(Models["smoke"], new Normalisation(), out var trained);
        using var cold = Open(Models["smoke"], new Normalisation(), out var same, temperature: 0.5);
        trained.Dispose();
        same.Dispose();
        float[] pixels = [.. Enumerable.Range(0, 3 * 32 * 32).Select(i => i % 97 / 96f)];

        var (before, after) = (Run(plain, pixels, 1, 32), Run(cold, pixels, 1, 32));

        Assert.Equal(before.Logits, after.Logits);
        var powers = before.Logits.Select(logit => Math.Exp(logit / 0.5)).ToArray();
        Assert.All(powers.Zip(after.Probabilities), pair => Assert.Equal(pair.First / powers.Sum(), pair.Second, 1e-5));
    }

    [Fact]
    public void Write_WithoutAHead_SaysWhatIsMissing()
    {
        var model = new VisionTransformer(Models["smoke"], Classes);
        using var parameters = ParameterSet.Initialised(model.Layout, 1);
        var encoder = NamedWeights.Of(parameters).Where(pair => !pair.Key.StartsWith("head", StringComparison.Ordinal)).ToDictionary();
        using var stream = new MemoryStream();

        var fault = Assert.Throws<WeightsException>(() =>
            OnnxClassifier.Write(
                stream,
                new OnnxSource(Models["smoke"], new Normalisation(), encoder, "encoder.safetensors"),
                new Dictionary<string, string>()
            )
        );

        Assert.Equal("encoder.safetensors is no classifier: it lacks head.weight, head.bias", fault.Message);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        var model = new VisionTransformer(Models["smoke"], Classes);
        using var parameters = ParameterSet.Initialised(model.Layout, 1);
        var weights = NamedWeights.Of(parameters).ToDictionary();

        byte[] Bytes()
        {
            using var stream = new MemoryStream();
            OnnxClassifier.Write(
                stream,
                new OnnxSource(Models["smoke"], new Normalisation(), weights, "model"),
                new Dictionary<string, string> { ["a"] = "b" }
            );
            return stream.ToArray();
        }

        Assert.Equal(Bytes(), Bytes());
    }

    private static void AssertEqual(ModelSettings settings, float[] pixels, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var normalisation = new Normalisation();
        using var session = Open(settings, normalisation, out var trained);
        using var parameters = trained;

        var actual = Run(session, pixels, batch, settings.ImageSize).Logits;

        var plane = settings.ImageSize * settings.ImageSize;
        float[] normalised =
        [
            .. pixels.Select((value, i) => (value - (float)normalisation.Mean[i / plane % 3]) / (float)normalisation.Std[i / plane % 3]),
        ];
        var expected = Networks
            .Create(settings, Classes)
            .Forward(parameters, tensor(normalised, [batch, 3, settings.ImageSize, settings.ImageSize]))
            .data<float>()
            .ToArray();
        Assert.True(expected.Max() - expected.Min() > 0.1, "logits that are all alike would hide a difference");
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => MathF.Abs(a - b)).Max(), 0, Tolerance * MathF.Max(1, expected.Max(MathF.Abs)));
    }

    /// <summary>Weights as training leaves them: no bias is zero and no scale is one, so that a forgotten term shows.</summary>
    private static InferenceSession Open(
        ModelSettings settings,
        Normalisation normalisation,
        out ParameterSet parameters,
        IReadOnlyDictionary<string, string>? metadata = null,
        double temperature = 1
    )
    {
        var model = Networks.Create(settings, Classes);
        parameters = ParameterSet.Initialised(model.Layout, 5);
        var random = new Random(9);
        foreach (var (_, values) in NamedWeights.Of(parameters).Where(pair => pair.Value.dim() == 1))
        {
            using var scope = NewDisposeScope();
            values.PlusInPlace(
                tensor(Enumerable.Range(0, (int)values.numel()).Select(_ => (random.NextSingle() - 0.5f) * 0.2f).ToArray()),
                1
            );
        }

        if (model.Layout.Specs.Any(spec => spec.Name.EndsWith("running_mean", StringComparison.Ordinal)))
        {
            SettleStatistics(model, parameters);
        }

        using var stream = new MemoryStream();
        OnnxClassifier.Write(
            stream,
            new OnnxSource(settings, normalisation, NamedWeights.Of(parameters).ToDictionary(), "test model", temperature),
            metadata ?? new Dictionary<string, string>()
        );
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        return new InferenceSession(stream.ToArray(), options);
    }

    /// <summary>At the statistics it starts with, activations of an untrained network vanish or grow without end.</summary>
    private static void SettleStatistics(ClassifierNetwork model, ParameterSet parameters)
    {
        const int Passes = 100;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var side = model.Options.ImageSize;
        var pictures = randn([4, 3, side, side], generator: new Generator(7));
        parameters.Statistics = new RunningStatistics(parameters);
        for (var pass = 0; pass < Passes; pass++)
        {
            using var inner = NewDisposeScope();
            model.Forward(parameters, pictures);
        }

        parameters.Statistics = null;
    }

    private static (float[] Logits, float[] Probabilities) Run(InferenceSession session, float[] pixels, int batch, int size)
    {
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [batch, 3, size, size]);
        using var outputs = session.Run(options, [OnnxClassifier.Pixels], [input], [OnnxClassifier.Logits, OnnxClassifier.Probabilities]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }
}
