using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Weights;

public sealed class NamedWeightsTests
{
    private static readonly ModelSettings Settings = new()
    {
        ImageSize = 24,
        PatchSize = 6,
        Width = 24,
        Depth = 2,
        Heads = 2,
    };
    private static readonly DecoderSettings Decoder = new()
    {
        Width = 12,
        Depth = 1,
        Heads = 3,
    };

    [Fact]
    public void Load_OfAMaeCheckpointIntoAClassifier_TakesTheEncoderAndNamesTheRest()
    {
        using var scope = NewDisposeScope();
        using var autoencoder = ParameterSet.Initialised(new MaskedAutoencoder(Settings, Decoder).Layout, 1);
        var model = new VisionTransformer(Settings, 5);
        using var classifier = ParameterSet.Initialised(model.Layout, 2);

        var report = NamedWeights.Load(classifier, Dictionary(autoencoder), "mae.safetensors");

        Assert.Equal(["head.weight", "head.bias"], report.Missing);
        Assert.Equal(
            autoencoder
                .Layout.Specs.Select(spec => spec.Name)
                .Where(name => name == "mask_token" || name.StartsWith("decoder_", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            report.Unexpected
        );
        Assert.Equal(model.Layout.Specs.Count - 2, report.Loaded.Count);
        Assert.False(report.PositionsInterpolated);
        Assert.All(report.Loaded, name => Assert.Equal(Values(autoencoder, name), Values(classifier, name)));
        Assert.Contains("missing: head.* (2); unexpected: decoder_blocks.* (", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float64)]
    public async Task Load_OfAnotherNumberType_ConvertsEveryValue(ScalarType type)
    {
        var model = new VisionTransformer(Settings, 5);
        using var source = ParameterSet.Initialised(model.Layout, 1);
        using var target = ParameterSet.Initialised(model.Layout, 2);
        using var stream = new MemoryStream();
        await Safetensors.WriteAsync(
            stream,
            Dictionary(source).ToDictionary(pair => pair.Key, pair => pair.Value.to(type)),
            null,
            TestContext.Current.CancellationToken
        );
        stream.Position = 0;
        using var content = await Safetensors.ReadAsync(stream, "file", TestContext.Current.CancellationToken);

        NamedWeights.Load(target, content.Tensors, "file");

        using var scope = NewDisposeScope();
        Assert.Equal(source.Flat.to(type).to(ScalarType.Float32).data<float>().ToArray(), target.Flat.data<float>().ToArray());
    }

    [Fact]
    public void Load_OfAnotherGrid_InterpolatesThePositions()
    {
        using var scope = NewDisposeScope();
        using var source = ParameterSet.Initialised(new VisionTransformer(Settings with { ImageSize = 36 }, 5).Layout, 1);
        using var target = ParameterSet.Initialised(new VisionTransformer(Settings, 5).Layout, 2);

        var report = NamedWeights.Load(target, Dictionary(source), "file");

        Assert.True(report.PositionsInterpolated);
        Assert.Empty(report.Missing);
        Assert.Contains("interpolated", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            PositionEmbedding.Interpolate(source[source.Layout.Find("pos_embed")!.Value], 4).data<float>().ToArray(),
            Values(target, "pos_embed")
        );
    }

    [Fact]
    public void Load_OfAnotherWidth_IsRefusedWithBothShapes()
    {
        using var scope = NewDisposeScope();
        using var source = ParameterSet.Initialised(new VisionTransformer(Settings with { Width = 32 }, 5).Layout, 1);
        using var target = ParameterSet.Initialised(new VisionTransformer(Settings, 5).Layout, 2);

        var fault = Assert.Throws<WeightsException>(() => NamedWeights.Load(target, Dictionary(source), "wide.safetensors"));

        Assert.StartsWith(
            "wide.safetensors: 'cls_token' has shape [1, 1, 32], this model needs [1, 1, 24]",
            fault.Message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain('\n', fault.Message);
    }

    /// <summary>A refused checkpoint must not have changed half of the weights.</summary>
    [Fact]
    public void Load_ThatIsRefused_LeavesTheTargetAsItWas()
    {
        using var scope = NewDisposeScope();
        using var source = ParameterSet.Initialised(new VisionTransformer(Settings, 7).Layout, 1);
        using var target = ParameterSet.Initialised(new VisionTransformer(Settings, 5).Layout, 2);
        var before = target.Flat.data<float>().ToArray();

        Assert.Throws<WeightsException>(() => NamedWeights.Load(target, Dictionary(source), "file"));

        Assert.Equal(before, target.Flat.data<float>().ToArray());
    }

    [Fact]
    public void Load_OfPositionsThatAreNoSquareGrid_IsRefusedWithTheirShape()
    {
        using var scope = NewDisposeScope();
        using var target = ParameterSet.Initialised(new VisionTransformer(Settings, 5).Layout, 2);
        var source = Dictionary(target);
        source["pos_embed"] = zeros(1, 16, 24); // no class token

        var fault = Assert.Throws<WeightsException>(() => NamedWeights.Load(target, source, "file"));

        Assert.StartsWith("file: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("[1, 16, 24]", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfSomethingElse_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var target = ParameterSet.Initialised(new VisionTransformer(Settings, 5).Layout, 2);

        var fault = Assert.Throws<WeightsException>(() =>
            NamedWeights.Load(target, new Dictionary<string, Tensor> { ["conv1.weight"] = zeros(3) }, "resnet.safetensors")
        );

        Assert.StartsWith("resnet.safetensors: none of its 1 keys", fault.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Tensor> Dictionary(ParameterSet set) =>
        NamedWeights.Of(set).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static float[] Values(ParameterSet set, string name) => set[set.Layout.Find(name)!.Value].data<float>().ToArray();
}
