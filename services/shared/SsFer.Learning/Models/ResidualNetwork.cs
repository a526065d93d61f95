using SsFer.Learning.Tensors;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// Compact residual network for small faces (He et al. 2016, basic blocks, with the average pooling of ResNet-D on the way around a
/// block that halves the side), without batch statistics (decision 19). A stem at full resolution, levels, global mean, head. Keys:
/// stem, levels.L.B.conv1, .conv2, .shortcut, head.
/// </summary>
public sealed class ResidualNetwork : ClassifierNetwork
{
    private readonly StandardisedConvolution _stem;
    private readonly ResidualBlock[] _blocks;
    private readonly Linear _head;

    /// <exception cref="ArgumentException">The side cannot be halved as often as there are levels.</exception>
    public ResidualNetwork(ModelSettings options, int classes, AuxiliaryHead head = AuxiliaryHead.None)
        : base(options, classes)
    {
        if (ResNetGeometry.FeatureSide(options) << options.ResNet.Levels != options.ImageSize)
        {
            throw new ArgumentException($"image size {options.ImageSize} cannot be halved {options.ResNet.Levels} times");
        }

        _stem = new StandardisedConvolution(Layout, ResNetGeometry.Stem(options), afterRelu: false, Initialisation.Ones);
        _blocks = [.. ResNetGeometry.Blocks(options).Select(shape => new ResidualBlock(Layout, shape))];
        _head = new Linear(Layout, "head", ResNetGeometry.Features(options), classes);
        Seal(head, ResNetGeometry.Features(options));
    }

    public override int FeatureGrid => ResNetGeometry.FeatureSide(Options);

    public override long MultiplyAdds => ResNetGeometry.MultiplyAdds(Options, Classes);

    internal StandardisedConvolution Stem => _stem;

    internal IReadOnlyList<ResidualBlock> Blocks => _blocks;

    /// <summary>The mean over the places of the last level.</summary>
    private protected override Tensor Features(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints) =>
        Mean(FeatureMap(parameters, pictures, checkpoints));

    private protected override Tensor Logits(ParameterSet parameters, Tensor features) => _head.Forward(parameters, features);

    internal override FeatureCut CutAtFeatures(ParameterSet parameters, Tensor pictures) =>
        new(
            FeatureMap(parameters, pictures, checkpoints: null),
            map => Logits(parameters, Mean(map)),
            values => values.flatten(2).transpose(1, 2) // [N, C, G, G] to [N, G², C]
        );

    /// <summary>Output of the last level, [N, C, G, G].</summary>
    private Tensor FeatureMap(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints)
    {
        RequireShape(pictures);
        var x = Convolutions.ChannelsLast(pictures.to(parameters.Flat.dtype));
        x = nn.functional.relu(_stem.Forward(parameters, x)); // [N, W, S, S]
        foreach (var block in _blocks)
        {
            x = checkpoints?.Forward(block, parameters, x) ?? block.Forward(parameters, x);
        }

        return x;
    }

    private static Tensor Mean(Tensor map) => map.mean([2, 3]); // [N, C, G, G] to [N, C]
}

/// <summary>relu(shortcut(x) + conv2(relu(conv1(x)))), the identity at the start of training.</summary>
internal sealed class ResidualBlock(ParameterLayout layout, ResidualBlockShape shape) : IBlock
{
    /// <summary>Halves the side; its convolution of one pixel fits the channels. Null where neither changes.</summary>
    public StandardisedConvolution? Shortcut { get; } =
        shape.Shortcut is { } around ? new(layout, around, afterRelu: false, Initialisation.Ones) : null;

    public StandardisedConvolution First { get; } = new(layout, shape.First, afterRelu: true, Initialisation.Ones);

    public StandardisedConvolution Second { get; } = new(layout, shape.Second, afterRelu: true, Initialisation.Zeros);

    /// <summary>Side over side of the output.</summary>
    public int Stride => shape.First.Stride;

    public Tensor Forward(ParameterSet parameters, Tensor x)
    {
        using var scope = NewDisposeScope();
        var inner = Second.Forward(parameters, nn.functional.relu(First.Forward(parameters, x)));
        return nn.functional.relu(Around(parameters, x).Plus(inner)).MoveToOuterDisposeScope();
    }

    private Tensor Around(ParameterSet parameters, Tensor x)
    {
        if (Shortcut is null)
        {
            return x;
        }

        var pooled = Stride == 1 ? x : nn.functional.avg_pool2d(x, Stride);
        return Shortcut.Forward(parameters, pooled);
    }
}
