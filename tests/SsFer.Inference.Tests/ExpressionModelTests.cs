using SsFer.Faces;
using SsFer.Faces.Imaging;
using SsFer.Inference.Models;

namespace SsFer.Inference.Tests;

public sealed class ExpressionModelTests
{
    [Theory]
    [InlineData(OnnxDevice.Cuda, "this build is for the CPU: build with -p:Accelerator=cuda")]
    [InlineData(OnnxDevice.Auto, null)]
    [InlineData(OnnxDevice.Cpu, null)]
    public void Load_InABuildForTheCpu_AnswersAndSaysWhyNotOnAGpu(OnnxDevice device, string? reason)
    {
        using var model = new TestModel("m");

        using var loaded = ExpressionModel.Load(model.ToOnnx(), "m", device);

        Assert.Equal(reason, loaded.WhyNotCuda);
        Assert.Single(
            loaded.Classify([new Picture(loaded.Size, loaded.Size, new byte[3 * loaded.Size * loaded.Size])], CancellationToken.None)
        );
    }

    [Fact]
    public void Classify_WhenItIsCancelled_StopsBeforeTheNextBatch()
    {
        using var model = new TestModel("m");
        using var loaded = ExpressionModel.Load(model.ToOnnx(), "m");
        var face = new Picture(loaded.Size, loaded.Size, new byte[3 * loaded.Size * loaded.Size]);
        using var gone = new CancellationTokenSource();
        var read = 0;

        Assert.Throws<OperationCanceledException>(() => loaded.Classify(Enumerable.Range(1, 10_000).Select(Read), gone.Token));

        Assert.InRange(read, 100, 200);

        Picture Read(int number)
        {
            read = number;
            if (number == 100)
            {
                gone.Cancel();
            }

            return face;
        }
    }
}
