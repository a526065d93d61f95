using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Tests.Golden;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Optimisation;

public sealed class AdamWTests
{
    private static readonly double[] Rates = [0.0625, 0.125, 0.03125];

    [Theory]
    [InlineData(false, "groups")]
    [InlineData(true, "all")]
    public void Step_FromGivenGradients_EqualsPyTorch(bool decayAll, string kind)
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout();
        foreach (var (name, start) in ParityNumbers.Under("adamw.start."))
        {
            layout.Add(name, start.shape, Initialisation.Zeros);
        }

        layout.Seal();
        using var initial = ParameterSet.Initialised(layout, 0);
        NamedWeights.Load(initial, ParityNumbers.Under("adamw.start."), "parity");
        using var parameters = new TrainableParameters(initial, ScalarType.Float32, CPU);
        using var optimiser = new AdamW(new OptimiserSettings { DecayAllParameters = decayAll }, parameters);

        for (var step = 0; step < Rates.Length; step++)
        {
            for (var i = 0; i < layout.Specs.Count; i++)
            {
                parameters.Compute[new ParameterSlot(i)].grad!.copy_(ParityNumbers.Get($"adamw.gradient.{step}.{layout.Specs[i].Name}"));
            }

            optimiser.Step(parameters, step + 1, Rates[step]);
            for (var i = 0; i < layout.Specs.Count; i++)
            {
                ParityNumbers.AssertClose($"adamw.{kind}.{step}.{layout.Specs[i].Name}", parameters.Master[new ParameterSlot(i)]);
            }
        }
    }
}
