using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Attacks;

/// <summary>
/// How much of a classifier's accuracy an attack takes that may change only what the classifier looks at, and one that may change
/// only the rest (paper, Table 7). The regions are Grad-CAM's on the clean picture and partition it.
/// </summary>
public static class RegionAttack
{
    /// <summary>Strengths of the paper's table.</summary>
    public static IReadOnlyList<double> PaperEpsilons { get; } = [0, 0.02, 0.04, 0.06, 0.08, 0.10];

    /// <summary>Attacks every face of a source with each strength in each region, in fp32.</summary>
    /// <param name="classifier">White box: the attack reads its gradients.</param>
    /// <param name="source">Faces with labels; at least one.</param>
    /// <param name="epsilons">Largest changes of a pixel value in [0, 1].</param>
    /// <param name="method">The attack.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ArgumentException">A face has no label, or there is none.</exception>
    public static RegionAttackResult Measure(
        Classifier classifier,
        IFaceSource source,
        IReadOnlyList<double> epsilons,
        AttackMethod method,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(epsilons);
        var (focused, unfocused) = (new long[epsilons.Count], new long[epsilons.Count]);
        double area = 0;
        BatchAttack.Each(
            classifier,
            source,
            method,
            (attack, map, _) =>
            {
                var inside = map.Focused(); // [N, 1, S, S]
                var outside = inside.logical_not();
                area += inside.to(ScalarType.Float64).mean().cpu().data<double>()[0] * inside.shape[0];
                for (var i = 0; i < epsilons.Count; i++)
                {
                    focused[i] += attack.CountRight(inside, epsilons[i]);
                    // No change is the same in either region
                    unfocused[i] = epsilons[i] == 0 ? focused[i] : unfocused[i] + attack.CountRight(outside, epsilons[i]);
                }
            },
            cancellationToken
        );
        return new RegionAttackResult
        {
            FocusedArea = area / source.Count,
            Rows =
            [
                .. epsilons.Select(
                    (epsilon, i) => new RegionAttackRow(epsilon, (double)focused[i] / source.Count, (double)unfocused[i] / source.Count)
                ),
            ],
        };
    }
}

/// <summary>What an attack leaves of a classifier.</summary>
public sealed record RegionAttackResult
{
    /// <summary>Mean share of a picture that the classifier looks at.</summary>
    public required double FocusedArea { get; init; }

    public required IReadOnlyList<RegionAttackRow> Rows { get; init; }
}

/// <summary>Accuracy under one strength.</summary>
/// <param name="Epsilon">Largest change of a pixel value in [0, 1]; 0 is the clean picture.</param>
/// <param name="Focused">Where only the focused region changes.</param>
/// <param name="Unfocused">Where only the rest changes.</param>
public sealed record RegionAttackRow(double Epsilon, double Focused, double Unfocused);
