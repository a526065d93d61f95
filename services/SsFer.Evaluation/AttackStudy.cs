using SsFer.Learning.Attacks;
using SsFer.Learning.Randomness;
using SsFer.Learning.Training;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation;

/// <summary>What an attack limited to the focused region, and to the rest, leaves of a model's accuracy (paper, Table 7).</summary>
public sealed record AttackStudy
{
    /// <summary>Faces that are attacked unless told otherwise.</summary>
    public const int DefaultFaces = 512;

    /// <summary>The attack by name: <c>fgsm</c> or <c>pgd</c>, on pixels in [0, 1].</summary>
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

    /// <summary>The same on regions of equal area; null where that was not asked for.</summary>
    public IReadOnlyList<EqualAreaRow>? EqualAreas { get; init; }

    internal static AttackStudy Of(Classifier classifier, EvaluationBasis basis, AttackOptions options, CancellationToken cancellationToken)
    {
        var drawn = FaceSample.Draw(basis.Faces, options.Faces, basis.Seed);
        var (source, epsilons) = (new FaceSubset(basis.Faces, drawn), RegionAttack.PaperEpsilons);
        var result = RegionAttack.Measure(classifier, source, epsilons, options.Method, cancellationToken);
        return new AttackStudy
        {
            Method = options.Method == AttackMethod.Fgsm ? "fgsm" : "pgd",
            Dataset = basis.Dataset,
            Faces = drawn.Length,
            DrawnFrom = basis.Faces.Labelled().Count,
            Seed = basis.Seed,
            FocusedArea = result.FocusedArea,
            Rows = result.Rows,
            EqualAreas = options.OnEqualAreas
                ? EqualAreaAttack.Measure(
                    classifier,
                    source,
                    [.. epsilons.Where(epsilon => epsilon > 0)],
                    options.Method,
                    cancellationToken
                )
                : null,
        };
    }
}

/// <summary>What is attacked, and how.</summary>
/// <param name="Faces">How many at most; 0 for no attack.</param>
/// <param name="Method">The attack.</param>
/// <param name="OnEqualAreas">Whether regions of equal area are compared, too.</param>
public sealed record AttackOptions(int Faces, AttackMethod Method = AttackMethod.Fgsm, bool OnEqualAreas = false);

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
