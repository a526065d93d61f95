using SsFer.Learning.Models;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Models;

/// <summary>What libtorch's own convolutions get wrong on some processors (<see cref="Convolutions"/>).</summary>
public sealed class ConvolutionsTests
{
    public static TheoryData<int, int, int, int, int> Shapes { get; } =
        new()
        {
            // inputs, outputs, kernel, stride, groups
            { 256, 512, 1, 2, 1 },
            { 512, 1024, 1, 2, 1 },
            { 64, 128, 1, 1, 1 },
            { 72, 72, 5, 2, 72 },
            { 16, 32, 3, 2, 1 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_EqualsTheSumsInDoublePrecision(int inputs, int outputs, int kernel, int stride, int groups)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (x, weight) = Operands(inputs, outputs, kernel, groups);
        var shape = Shape(inputs, outputs, kernel, stride, groups);

        var single = Convolutions.Forward(x, shape, weight, bias: null);
        var exact = nn.functional.conv2d(
            x.to(ScalarType.Float64).contiguous(),
            weight.to(ScalarType.Float64),
            strides: [stride, stride],
            padding: [kernel / 2, kernel / 2],
            dilation: [1, 1],
            groups: groups
        );

        Assert.Equal(exact.shape, single.shape);
        Assert.True(single.to(ScalarType.Float64).allclose(exact, rtol: 1e-5, atol: 1e-4));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_InBf16_AreTheSameAtEveryRun_AndTheForwardPassWithoutThem(
        int inputs,
        int outputs,
        int kernel,
        int stride,
        int groups
    )
    {
        using var scope = NewDisposeScope();
        var (x, weight) = Operands(inputs, outputs, kernel, groups);
        (x, weight) = (x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16));
        var shape = Shape(inputs, outputs, kernel, stride, groups);
        var (output, gradient, ofWeight) = Run();

        for (var run = 0; run < 10; run++)
        {
            var (again, gradientAgain, ofWeightAgain) = Run();
            Assert.True(Equal(output, again) && Equal(gradient, gradientAgain) && Equal(ofWeight, ofWeightAgain));
        }

        using var noGrad = no_grad();
        Assert.True(Equal(output, Convolutions.Forward(x, shape, weight, bias: null)));

        (Tensor Output, Tensor Gradient, Tensor OfWeight) Run()
        {
            Tensor pictures = x.detach().requires_grad_(true),
                weights = weight.detach().requires_grad_(true);
            var y = Convolutions.Forward(pictures, shape, weights, bias: null);
            nn.functional.silu(y).mean().backward();
            return (y.detach(), pictures.grad!, weights.grad!);
        }
    }

    private static bool Equal(Tensor left, Tensor right) => left.eq(right).all().item<bool>();

    private static (Tensor Pictures, Tensor Weight) Operands(int inputs, int outputs, int kernel, int groups) =>
        (
            Convolutions.ChannelsLast(rand([8, inputs, 8, 8], generator: new Generator(3))),
            randn([outputs, inputs / groups, kernel, kernel], generator: new Generator(4))
        );

    private static ConvolutionShape Shape(int inputs, int outputs, int kernel, int stride, int groups) =>
        new("any", inputs, outputs, kernel, stride, Side: 8 / stride) { Groups = groups };
}
