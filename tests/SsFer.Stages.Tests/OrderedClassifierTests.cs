using SsFer.Artifacts.Runs;
using SsFer.Learning.Weights;
using static TorchSharp.torch;

namespace SsFer.Stages.Tests;

public sealed class OrderedClassifierTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_ClassesInAnotherOrder_MovesTheRowsOfTheHeadAndNothingElse()
    {
        using var weights = await ReadAsync();

        using var ordered = OrderedClassifier.Of(weights, ["anger", "fear", "joy"], ["Joy", "anger", "fear"], "faces");

        Assert.Equal([5f, 6, 1, 2, 3, 4], ordered.Tensors["head.weight"].data<float>().ToArray());
        Assert.Equal([30f, 10, 20], ordered.Tensors["head.bias"].data<float>().ToArray());
        Assert.Equal([7f, 8, 9], ordered.Tensors["norm.weight"].data<float>().ToArray());
    }

    [Fact]
    public async Task Of_OtherClasses_NamesThoseThatDiffer()
    {
        using var weights = await ReadAsync();

        var fault = Assert.Throws<PermanentStageException>(() =>
            OrderedClassifier.Of(weights, ["anger", "fear", "joy"], ["anger", "awe", "joy"], "faces")
        );

        Assert.Contains("the dataset lacks [fear] and has [awe] besides", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<SafetensorsContent> ReadAsync()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        KeyValuePair<string, Tensor>[] tensors =
        [
            new(
                "head.weight",
                tensor(
                    new float[,]
                    {
                        { 1, 2 },
                        { 3, 4 },
                        { 5, 6 },
                    }
                )
            ),
            new("head.bias", tensor(new float[] { 10, 20, 30 })),
            new("norm.weight", tensor(new float[] { 7, 8, 9 })),
        ];
        await Safetensors.WriteAsync(stream, tensors, new Dictionary<string, string>(), Token);
        stream.Position = 0;
        return await Safetensors.ReadAsync(stream, "weights", Token);
    }
}
