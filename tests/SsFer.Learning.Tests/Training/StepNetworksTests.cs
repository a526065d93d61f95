using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class StepNetworksTests
{
    /// <summary>What methods only look at leaves no trace in the running statistics.</summary>
    [Fact]
    public void Passes_OfANetworkWithRunningStatistics_MoveThemWhereTheStudentLearnsAlone()
    {
        using var scope = NewDisposeScope();
        var network = Networks.Create(TrainingCase.Recipe.With("Model=ResNet18").Model, classes: 4);
        using var initial = ParameterSet.Initialised(network.Layout, 1);
        using var student = new TrainableParameters(initial, ScalarType.BFloat16, CPU);
        var networks = new StepNetworks(network, student.Compute, initial, checkpoints: null);
        var pictures = randn([4, 3, 32, 32], generator: new Generator(1));
        var mean = student.Master.Find("bn1.running_mean");

        networks.Guess(pictures);
        networks.Teacher(pictures);
        var slope = networks.GradientAt(pictures, logits => logits.Squared().sum());

        Assert.True(slope.abs().max().item<float>() > 0);
        Assert.Equal(0, mean.abs().max().item<float>());

        networks.Student(pictures);

        Assert.True(mean.abs().max().item<float>() > 0);
        Assert.Equal(0, initial.Find("bn1.running_mean").abs().max().item<float>());
    }
}
