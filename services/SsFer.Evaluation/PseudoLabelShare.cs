using System.Text.Json;
using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Training;

namespace SsFer.Evaluation;

/// <summary>The teacher's pseudo-labels over the last tenth of stage three.</summary>
public sealed record PseudoLabelShare
{
    /// <summary>Share of the unlabelled faces whose pseudo-label was kept.</summary>
    public required double Kept { get; init; }

    /// <summary>Share of the kept ones that were right, of those whose truth is known; null where none is.</summary>
    public double? Right { get; init; }

    /// <summary>Null for a stage that left no such metrics.</summary>
    public static async Task<PseudoLabelShare?> OfAsync(IArtifactStore store, string run, string stage, CancellationToken cancellationToken)
    {
        var rows = new List<TrainingMetrics>();
        await foreach (var row in new MetricLog(store).ReadAsync(run, stage, cancellationToken))
        {
            if (row.Deserialize<TrainingMetrics>(ArtifactJson.Line) is { } metrics && metrics.Values.ContainsKey("pseudoLabelsKept"))
            {
                rows.Add(metrics);
            }
        }

        var last = rows.Where(metrics => metrics.Step > 0.9 * metrics.TotalSteps).ToList();
        if (last.Count == 0)
        {
            return null;
        }

        var known = last.Average(metrics => metrics.Values["pseudoLabelsKnown"]);
        return new PseudoLabelShare
        {
            Kept = last.Average(metrics => metrics.Values["pseudoLabelsKept"]),
            Right = known > 0 ? last.Average(metrics => metrics.Values["pseudoLabelsRight"]) / known : null,
        };
    }
}
