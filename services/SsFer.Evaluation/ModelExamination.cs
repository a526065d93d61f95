using SsFer.Evaluation.Report;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Stages;
using SsFer.Stages.Faces;
using TorchSharp;

namespace SsFer.Evaluation;

/// <summary>
/// What is asked of a model beyond its figures: its size, how it withstands an attack, and some faces with where it looks.
/// </summary>
public sealed class ModelExamination : IDisposable
{
    private readonly Classifier _classifier;
    private readonly PreparedFaces _faces;
    private readonly string _dataset;
    private readonly ulong _seed;

    /// <param name="weights">A classifier written by SsFer, with the classes of the faces in any order.</param>
    /// <param name="name">Names the weights in errors.</param>
    /// <param name="faces">What to examine it on; stays open.</param>
    /// <param name="dataset">Names it in the report.</param>
    /// <param name="target">Where to compute.</param>
    /// <param name="seed">Of every draw of faces.</param>
    public ModelExamination(SafetensorsContent weights, string name, PreparedFaces faces, string dataset, ComputeTarget target, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var description = ModelDescription.Of(weights, name);
        Size = ModelSize.Of(description);
        using var ordered = OrderedClassifier.Of(weights, description.Classes, faces.Manifest.Classes, dataset);
        _classifier = new Classifier(
            description.Model,
            description.Normalisation,
            description.Classes.Count,
            ordered.Tensors,
            name,
            target
        );
        (_faces, _dataset, _seed) = (faces, dataset, seed);
    }

    public ModelSize Size { get; }

    /// <summary>Device, arithmetic and threads; evaluation is always in fp32.</summary>
    public static string Describe(ComputeTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return $"{target with { Type = torch.ScalarType.Float32 }}, libtorch {torch.__version__}";
    }

    /// <summary>Attacks up to <paramref name="faces"/> labelled faces; null where that is 0.</summary>
    public AttackStudy? Attack(int faces, CancellationToken cancellationToken) =>
        faces == 0 ? null : AttackStudy.Of(_classifier, _faces, _dataset, faces, _seed, cancellationToken);

    /// <summary>A few faces it is right about and a few it is wrong about, drawn at random.</summary>
    public IReadOnlyList<ExplainedFace> Gallery(CancellationToken cancellationToken) =>
        FaceGallery.Draw(_classifier, _faces, _seed, cancellationToken);

    public void Dispose() => _classifier.Dispose();
}
