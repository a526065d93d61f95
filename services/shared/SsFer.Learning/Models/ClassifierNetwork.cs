using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// A network from pictures to class logits, free of weights: what training, evaluation, attribution, attacks and export need of it,
/// whatever its kind. <see cref="Networks"/> makes one of settings. Running statistics are parameters that are not trained (<see
/// cref="RunningStatistics"/>): state, averages, files and resume hold them as they hold all else.
/// </summary>
public abstract class ClassifierNetwork
{
    private AuxiliaryHeads? _auxiliary;

    private protected ClassifierNetwork(ModelSettings options, int classes)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Classes = classes > 1 ? classes : throw new ArgumentException($"a classifier needs at least two classes, got {classes}");
    }

    public ModelSettings Options { get; }

    public int Classes { get; }

    public ParameterLayout Layout { get; } = new();

    /// <summary>Places along one side of the map that Grad-CAM makes.</summary>
    public abstract int FeatureGrid { get; }

    /// <summary>
    /// Multiply-adds of its linear layers or convolutions for one picture, as papers count: ViT-Base at 224 pixels has 16.9 G
    /// (docs/method.md, section 4).
    /// </summary>
    public abstract long MultiplyAdds { get; }

    /// <summary>Logits [N, classes] in fp32.</summary>
    /// <param name="parameters">Weights.</param>
    /// <param name="pictures">Normalised pictures, [N, 3, S, S].</param>
    /// <param name="checkpoints">Where activations are dropped and computed again; the backward pass is then theirs.</param>
    public Tensor Forward(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints = null) =>
        Classify(parameters, Features(parameters, pictures, checkpoints));

    /// <summary>As <see cref="Forward"/>, with what the auxiliary head makes of the features; null where there is none.</summary>
    public (Tensor Logits, Tensor? Auxiliary) ForwardWithAuxiliary(
        ParameterSet parameters,
        Tensor pictures,
        ActivationCheckpoints? checkpoints = null
    )
    {
        var features = Features(parameters, pictures, checkpoints);
        return (Classify(parameters, features), _auxiliary?.Forward(parameters, features));
    }

    /// <summary>The forward pass cut in two where Grad-CAM looks (docs/method.md, section 4), in the type of the parameters.</summary>
    /// <param name="parameters">Weights.</param>
    /// <param name="pictures">Normalised pictures, [N, 3, S, S].</param>
    internal abstract FeatureCut CutAtFeatures(ParameterSet parameters, Tensor pictures);

    /// <summary>What the heads read, [N, F], in the type of the parameters.</summary>
    private protected abstract Tensor Features(ParameterSet parameters, Tensor pictures, ActivationCheckpoints? checkpoints);

    /// <summary>Logits [N, classes] of features, in the type of the parameters.</summary>
    private protected abstract Tensor Logits(ParameterSet parameters, Tensor features);

    /// <summary>Ends the declaration of the parameters.</summary>
    /// <param name="head">What the network has beside the classifier.</param>
    /// <param name="features">F.</param>
    private protected void Seal(AuxiliaryHead head, long features)
    {
        _auxiliary = new AuxiliaryHeads(Layout, head, features);
        Layout.Seal();
    }

    private protected void RequireShape(Tensor pictures)
    {
        if (pictures.shape is not [_, 3, var height, var width] || height != Options.ImageSize || width != Options.ImageSize)
        {
            throw new ArgumentException(
                $"expected pictures [N, 3, {Options.ImageSize}, {Options.ImageSize}], got [{string.Join(", ", pictures.shape)}]"
            );
        }
    }

    private Tensor Classify(ParameterSet parameters, Tensor features) => Logits(parameters, features).to(ScalarType.Float32);
}

/// <summary>A forward pass cut in two.</summary>
/// <param name="Features">What the second part reads, of any shape; a leaf may take its place, to get its gradient.</param>
/// <param name="Logits">The second part: logits [N, classes] of features.</param>
/// <param name="OnGrid">Features, or gradients of them, place by place: [N, places, channels], row by row.</param>
internal sealed record FeatureCut(Tensor Features, Func<Tensor, Tensor> Logits, Func<Tensor, Tensor> OnGrid);

/// <summary>A part of a network whose activations can be dropped and computed again.</summary>
internal interface IBlock
{
    Tensor Forward(ParameterSet parameters, Tensor x);
}
