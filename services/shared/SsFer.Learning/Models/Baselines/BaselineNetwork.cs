using SsFer.Recipes;
using SsFer.Recipes.Baselines;
using static TorchSharp.torch;

namespace SsFer.Learning.Models.Baselines;

/// <summary>
/// A published convolutional network, built of its layers. Keys are torchvision's, but for the last layer, which is called head as
/// everywhere here; dropout, which some of them have before it, is left out (decision 27).
/// </summary>
public sealed class BaselineNetwork : ClassifierNetwork
{
    private readonly BaselineShape _shape;
    private readonly IBlock[] _map;
    private readonly IBlock[] _reduction;
    private readonly IBlock[] _dense;
    private readonly Linear _head;

    /// <exception cref="ArgumentException">The picture is too small.</exception>
    public BaselineNetwork(ModelSettings options, int classes, AuxiliaryHead head = AuxiliaryHead.None)
        : base(options, classes)
    {
        if (options.ImageSize < BaselineShape.SmallestSide)
        {
            throw new ArgumentException($"image size {options.ImageSize} is below {BaselineShape.SmallestSide}");
        }

        _shape = BaselineShape.Of(options);
        _map = BlocksOf(_shape.Map);
        _reduction = BlocksOf(_shape.Reduction);
        _dense = BlocksOf(_shape.Dense);
        _head = new Linear(Layout, "head", _shape.Features, classes);
        Seal(head, _shape.Features);
    }

    public override int FeatureGrid => _shape.MapSide;

    public override long MultiplyAdds => _shape.MultiplyAdds(Classes);

    internal BaselineShape Shape => _shape;

    private protected override Tensor Features(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints) =>
        Pooled(parameters, Map(parameters, pictures, checkpoints));

    private protected override Tensor Logits(ParameterSet parameters, Tensor features) => _head.Forward(parameters, features);

    internal override FeatureCut CutAtFeatures(ParameterSet parameters, Tensor pictures) =>
        new(
            Map(parameters, pictures, checkpoints: null),
            map => Logits(parameters, Pooled(parameters, map)),
            values => values.flatten(2).transpose(1, 2) // [N, C, G, G] to [N, G², C]
        );

    /// <summary>[N, C, G, G].</summary>
    private Tensor Map(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints)
    {
        RequireShape(pictures);
        var x = Convolutions.ChannelsLast(pictures.to(parameters.Flat.dtype));
        foreach (var block in _map)
        {
            var input = x;
            x = checkpoints?.Forward(block, parameters, x) ?? block.Forward(parameters, x);
            if (checkpoints is null && !is_grad_enabled())
            {
                input.Dispose(); // nobody reads it again, and the maps of a whole batch are large
            }
        }

        return x;
    }

    /// <summary>Features [N, F] of the map.</summary>
    private Tensor Pooled(ParameterSet parameters, Tensor map)
    {
        var reduced = _reduction.Forward(parameters, map);
        var pooled = _shape.PooledSide == 1 ? reduced.mean([2, 3]) : GridPooling.Forward(reduced, _shape.PooledSide).flatten(1);
        return _dense.Forward(parameters, pooled);
    }

    private IBlock[] BlocksOf(IEnumerable<BaselineLayer> layers) => [.. layers.Select(layer => BaselineBlocks.Create(Layout, layer))];
}
