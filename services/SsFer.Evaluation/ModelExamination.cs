using SsFer.Evaluation.Report;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Stages;
using TorchSharp;

namespace SsFer.Evaluation;

/// <summary>
/// What is asked of a model beyond its figures: its size, how it withstands an attack, and some faces with where it looks.
/// </summary>
public sealed class ModelExamination : IDisposable
{
    private readonly Classifier _classifier;
    private readonly EvaluationBasis _basis;

    /// <param name="weights">A classifier written by SsFer, with the classes of the faces in any order.</param>
    /// <param name="name">Names the weights in errors.</param>
    /// <param name="basis">What to examine it on, and where.</param>
    public ModelExamination(SafetensorsContent weights, string name, EvaluationBasis basis)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(basis);
        var description = DescribedWeights.Of(weights, name);
        Size = ModelSize.Of(description);
        using var ordered = OrderedClassifier.Of(weights, description.Classes, basis.Faces.Manifest.Classes, basis.Dataset);
        _classifier = new Classifier(
            description.Model,
            description.Normalisation,
            description.Classes.Count,
            ordered.Tensors,
            name,
            basis.Target
        );
        _basis = basis;
    }

    public ModelSize Size { get; }

    /// <summary>Device, arithmetic and threads; evaluation is always in fp32.</summary>
    public static string Describe(ComputeTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return $"{target with { Type = torch.ScalarType.Float32 }}, libtorch {torch.__version__}";
    }

    /// <summary>Attacks labelled faces; null where that are to be none.</summary>
    public AttackStudy? Attack(AttackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Faces == 0 ? null : AttackStudy.Of(_classifier, _basis, options, cancellationToken);
    }

    /// <summary>A few faces it is right about and a few it is wrong about, drawn at random.</summary>
    public IReadOnlyList<ExplainedFace> Gallery(CancellationToken cancellationToken) =>
        FaceGallery.Draw(_classifier, _basis.Faces, _basis.Seed, cancellationToken);

    public void Dispose() => _classifier.Dispose();
}
