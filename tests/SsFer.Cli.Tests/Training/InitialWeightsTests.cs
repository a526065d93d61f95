using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Cli.Tests.Training;

/// <summary>What fine-tuning and the teacher start from: a run, or a file of whatever program.</summary>
[Trait("Category", "Slow")]
public sealed class InitialWeightsTests : IAsyncLifetime
{
    private TrainingMaterial _material = null!;

    public async ValueTask InitializeAsync() => _material = await TrainingMaterial.CreateAsync();

    [Fact]
    public async Task Teach_FromARunThatPretrained_StartsFromItsClassifier()
    {
        (await _material.RunAsync(TrainingMaterial.Train(".ssfer", "--no-teacher"))).AssertDone();

        var teach = await _material.RunAsync(
            "teach",
            "--classifier",
            "r",
            "--labelled",
            "mini",
            "--labels",
            "60%",
            "--validation",
            "mini",
            "--recipe",
            "smoke",
            "--run",
            "t",
            "--json"
        );

        teach.AssertDone();
        Assert.Equal(
            ["student", "teacher"],
            teach.Json.GetProperty("evaluations").EnumerateArray().Select(e => e.GetProperty("model").GetString())
        );
        Assert.Equal(
            16,
            teach.Json.GetProperty("evaluations")[0].GetProperty("rules")[0].GetProperty("all").GetProperty("count").GetInt32()
        );
    }

    [Fact]
    public async Task FineTune_EncoderOfAnotherShape_IsRefusedWithBothShapes()
    {
        (await _material.RunAsync(TrainingMaterial.Quick("pretrain", "--unlabelled", "mini", "--set", "Model.Width=64"))).AssertDone();
        var before = _material.Snapshot();

        var result = await _material.RunAsync("finetune", "--labelled", "mini", "--recipe", "smoke", "--encoder", "q", "--run", "f");

        result.AssertFailed(2, "of another model than the recipe's (Model.Width=64 instead of 32)", "--set");
        Assert.Equal(before, _material.Snapshot());
    }

    [Fact]
    public async Task FineTune_FileOfAnotherProgram_IsHeldAgainstTheRecipe_AndItsPastIsNotKnown()
    {
        await WriteEncoderAsync("wide.safetensors", "Model.Width=64");
        await WriteEncoderAsync("fitting.safetensors", "Model.Width=32");
        string[] labels = ["--labelled", "mini", "--validation", "mini", "--recipe", "smoke"];

        (await _material.RunAsync(["finetune", "--encoder", "wide.safetensors", .. labels])).AssertFailed(
            1,
            "wide.safetensors: 'cls_token' has shape [1, 1, 64], this model needs [1, 1, 32]"
        );
        Assert.DoesNotContain(_material.Snapshot().Keys, file => file.StartsWith("runs", StringComparison.Ordinal));
        var fitting = await _material.RunAsync(["finetune", "--encoder", "fitting.safetensors", .. labels]);

        fitting.AssertDone();
        Assert.Contains("what the weights learned from in the beginning is not known", fitting.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teach_FileOfOtherClasses_OrOfAnEncoder_IsRefusedBeforeItTrains()
    {
        await RandomModel.WriteAsync(
            Path.Combine(_material.Root, "other.safetensors"),
            new FacePreparation { Size = 32 },
            TestContext.Current.CancellationToken
        );
        (await _material.RunAsync(TrainingMaterial.Quick("pretrain", "--unlabelled", "mini"))).AssertDone();
        var before = _material.Snapshot().Keys.Where(file => file.StartsWith("runs", StringComparison.Ordinal)).ToList();
        File.Copy(
            Directory.GetFiles(Path.Combine(_material.Root, ".ssfer/checkpoints/q"), "weights.safetensors", SearchOption.AllDirectories)[0],
            Path.Combine(_material.Root, "encoder.safetensors")
        );
        string[] labels = ["--labelled", "mini", "--labels", "60%", "--recipe", "smoke"];

        (await _material.RunAsync(["teach", "--classifier", "other.safetensors", .. labels])).AssertFailed(
            2,
            "does not know the classes of 'mini'",
            "classifier of the same classes"
        );
        (await _material.RunAsync(["teach", "--classifier", "encoder.safetensors", .. labels])).AssertFailed(2, "finetune --encoder");
        Assert.Equal(before, _material.Snapshot().Keys.Where(file => file.StartsWith("runs", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task FineTune_PickledCheckpoint_IsRefused()
    {
        File.WriteAllBytes(
            Path.Combine(_material.Root, "mae.pth"),
            [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
        );
        (await _material.RunAsync("finetune", "--labelled", "mini", "--recipe", "smoke", "--encoder", "mae.pth")).AssertFailed(
            1,
            "mae.pth",
            "safetensors"
        );
    }

    public ValueTask DisposeAsync()
    {
        _material.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Random weights under timm's names, without a word of SsFer's.</summary>
    private async Task WriteEncoderAsync(string name, string setting)
    {
        var model = new VisionTransformer(RecipeCatalog.Smoke.With([setting]).Model, classes: 2);
        using var parameters = ParameterSet.Initialised(model.Layout, 1);
        await using var file = File.Create(Path.Combine(_material.Root, name));
        await Safetensors.WriteAsync(file, NamedWeights.Of(parameters), metadata: null, TestContext.Current.CancellationToken);
    }
}
