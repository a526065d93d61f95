using CsCheck;
using SsFer.Learning.Attacks;
using SsFer.Learning.Models;
using SsFer.Learning.Objectives;
using SsFer.Learning.Tensors;
using SsFer.Learning.Tests.Attribution;
using SsFer.Recipes;
using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Attacks;

[Trait("Category", "Slow")]
public sealed class FastGradientSignTests
{
    private const int Side = 4;
    private const int Plane = Side * Side;

    private static readonly Gen<(double[] Pixels, double[] Gradient, bool[] Region, double Epsilon)> Cases = Gen.Select(
        Gen.Double[0, 1].Array[3 * Plane],
        Gen.Double[-1, 1].Array[3 * Plane],
        Gen.Bool.Array[Plane],
        Gen.Double[0, 0.2]
    );

    [Fact]
    public void Gradient_WithRespectToPixels_EqualsFiniteDifferences() =>
        AssertGradient(
            new ModelSettings
            {
                ImageSize = 8,
                PatchSize = 4,
                Width = 16,
                Depth = 2,
                Heads = 2,
            },
            every: 1
        );

    /// <summary>Its normalisation reads the running statistics, through which the gradient passes as through a scale.</summary>
    [Fact]
    public void Gradient_OfABaseline_EqualsFiniteDifferences() =>
        AssertGradient(
            new ModelSettings
            {
                Kind = ModelKind.Baseline,
                Baseline = BaselineKind.ResNet18,
                ImageSize = 32,
            },
            every: 997
        );

    private static void AssertGradient(ModelSettings settings, int every)
    {
        const double Step = 1e-6;
        using var scope = NewDisposeScope();
        var side = settings.ImageSize;
        var normalisation = new Normalisation();
        var model = Networks.Create(settings, 3);
        using var parameters = TrainedClassifier.InDouble(model);
        var pixels = rand([2, 3, side, side], dtype: ScalarType.Float64, generator: new Generator(3));
        var truth = tensor(new long[] { 2, 0 });

        var gradient = FastGradientSign.Gradient(model, parameters, normalisation, pixels, truth).reshape(-1).data<double>().ToArray();

        Assert.Contains(gradient, value => Math.Abs(value) > 1e-3);
        using var noGrad = no_grad();
        for (var i = 0; i < gradient.Length; i += every)
        {
            var direction = zeros([pixels.numel()], ScalarType.Float64);
            direction[i] = Step;
            var slope = (Loss(pixels.Plus(direction.view(pixels.shape))) - Loss(pixels - direction.view(pixels.shape))) / (2 * Step);
            Assert.Equal(slope, gradient[i], 1e-7);
        }

        double Loss(Tensor moved) =>
            CrossEntropy.Hard(FastGradientSign.Logits(model, parameters, normalisation, moved), truth).sum().item<double>();
    }

    [Fact]
    public void Perturb_MovesPixelsByEpsilonAlongTheSign_AndClips()
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(new[] { 0.5f, 0.5f, 0.95f, 0.05f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f }).view(1, 3, 2, 2);
        var gradient = tensor(new[] { 3f, -0.001f, 1f, -1f, 0f, 1f, 1f, 1f, 1f, 1f, 1f, 1f }).view(1, 3, 2, 2);

        var attacked = FastGradientSign
            .Perturb(pixels, gradient, tensor(new[] { true, true, true, true }).view(1, 1, 2, 2), 0.1)
            .data<float>()
            .ToArray();

        Assert.Equal([0.6f, 0.4f, 1f, 0f, 0.5f, 0.6f], attacked.Take(6), (expected, actual) => Math.Abs(expected - actual) < 1e-6);
    }

    [Fact]
    public void Perturb_OfAnything_IsBoundedAndStaysInItsRegion() =>
        Cases.Sample(sample =>
        {
            var attacked = Perturb(sample.Pixels, sample.Gradient, sample.Region, sample.Epsilon);
            return Enumerable
                .Range(0, attacked.Length)
                .All(i =>
                    attacked[i] is >= 0 and <= 1
                    && Math.Abs(attacked[i] - sample.Pixels[i]) <= (sample.Region[i % Plane] ? sample.Epsilon + 1e-12 : 0)
                );
        });

    [Fact]
    public void Perturb_WithEpsilonZero_ChangesNothing() =>
        Cases.Sample(sample => Perturb(sample.Pixels, sample.Gradient, sample.Region, 0).SequenceEqual(sample.Pixels));

    [Fact]
    public void Perturb_InARegionAndInItsComplement_MakesTheWholeAttack() =>
        Cases.Sample(sample =>
        {
            var inside = Perturb(sample.Pixels, sample.Gradient, sample.Region, sample.Epsilon);
            var both = Perturb(inside, sample.Gradient, [.. sample.Region.Select(flag => !flag)], sample.Epsilon);
            return both.SequenceEqual(Perturb(sample.Pixels, sample.Gradient, [.. sample.Region.Select(_ => true)], sample.Epsilon));
        });

    private static double[] Perturb(double[] pixels, double[] gradient, bool[] region, double epsilon)
    {
        using var scope = NewDisposeScope();
        return FastGradientSign
            .Perturb(
                tensor(pixels).view(1, 3, Side, Side),
                tensor(gradient).view(1, 3, Side, Side),
                tensor(region).view(1, 1, Side, Side),
                epsilon
            )
            .reshape(-1)
            .data<double>()
            .ToArray();
    }
}
