using SsFer.Learning.Attacks;
using SsFer.Learning.Randomness;
using SsFer.Learning.Training;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation;

/// <summary>What FGSM limited to the focused region, and to the rest, leaves of a model's accuracy (paper, Table 7).</summary>
public sealed record AttackStudy
{
    /// <summary>Faces that are attacked unless told otherwise.</summary>
    public const int DefaultFaces = 512;

    /// <summary>The attack by name: <c>fgsm</c>, on pixels in [0, 1].</summary>
    public string Method { get; init; } = "fgsm";

    public required string Dataset { get; init; }

    /// <summary>Faces attacked.</summary>
    public required int Faces { get; init; }

    /// <summary>Labelled faces they were drawn from.</summary>
    public required int DrawnFrom { get; init; }

    /// <summary>Seed of the draw.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Mean share of a picture that is focused region: Grad-CAM of the predicted class above 0.3.</summary>
    public required double FocusedArea { get; init; }

    public required IReadOnlyList<RegionAttackRow> Rows { get; init; }

    internal static AttackStudy Of(
        Classifier classifier,
        PreparedFaces faces,
        string dataset,
        int count,
        ulong seed,
        CancellationToken cancellationToken
    )
    {
        var drawn = FaceSample.Draw(faces, count, seed);
        var result = RegionAttack.Measure(classifier, new FaceSubset(faces, drawn), RegionAttack.PaperEpsilons, cancellationToken);
        return new AttackStudy
        {
            Dataset = dataset,
            Faces = drawn.Length,
            DrawnFrom = faces.Labelled().Count,
            Seed = seed,
            FocusedArea = result.FocusedArea,
            Rows = result.Rows,
        };
    }
}

/// <summary>Labelled faces of a split in an order that its seed alone decides.</summary>
internal static class FaceSample
{
    /// <summary>Indices of up to <paramref name="count"/> faces.</summary>
    public static int[] Draw(PreparedFaces faces, int count, ulong seed)
    {
        int[] indices = [.. faces.Labelled()];
        new CounterRandom(seed, RandomPurpose.EvaluationSample).Shuffle(indices.AsSpan());
        return indices[..Math.Min(count, indices.Length)];
    }
}
