using System.Globalization;
using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Training;

/// <summary>What a finished run made, for people and as JSON.</summary>
internal sealed record RunResult
{
    public required string Run { get; init; }

    /// <summary>Product of each stage by stage name.</summary>
    public required IReadOnlyDictionary<string, StageProduct> Stages { get; init; }

    public required string? Product { get; init; }

    public required IReadOnlyList<ModelEvaluation> Evaluations { get; init; }

    public static RunResult Of(RunStatus run, ModelCard? card) =>
        new()
        {
            Run = run.Spec.Id,
            Stages = run.Plan.Stages.ToDictionary(
                stage => stage.Name,
                stage => new StageProduct(run.Stages[stage.Name].Artifact!.Path, run.Stages[stage.Name].Artifact!.Summary)
            ),
            Product = card?.Product,
            Evaluations = card?.Evaluations ?? [],
        };

    public void WriteTo(TextWriter output)
    {
        foreach (var (stage, product) in Stages)
        {
            output.WriteLine($"{stage, -12} {product.Path}");
        }

        foreach (var evaluation in Evaluations)
        {
            EvaluationText.Write(output, evaluation);
        }
    }
}

/// <summary>Where a stage's product is, and a few figures.</summary>
internal sealed record StageProduct(string Path, JsonElement? Summary);

/// <summary>Evaluations as text.</summary>
internal static class EvaluationText
{
    public static void Write(TextWriter output, ModelEvaluation evaluation)
    {
        output.WriteLine();
        output.WriteLine($"{evaluation.Model} on {evaluation.Dataset}");
        foreach (var rule in evaluation.Rules)
        {
            output.WriteLine($"  {rule.Rule, -10} {Figures(rule.All)}");
            if (rule.WithoutDuplicates is { } unique)
            {
                output.WriteLine($"  {"", -10} {Figures(unique)}, duplicates out");
            }
        }

        foreach (var label in evaluation.Rules[0].All.Classes)
        {
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"    recall {label.Name, -10} {(label.Recall is { } recall ? recall.ToString("P1", CultureInfo.InvariantCulture) : "-"), 8} of {label.Support}"
                )
            );
        }
    }

    private static string Figures(Learning.Metrics.EvaluationReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy {report.Accuracy:P2} [{report.AccuracyInterval.Lower:P2}, {report.AccuracyInterval.Upper:P2}], macro-F1 "
                + $"{report.MacroF1:0.000}, {report.Count} faces; always answering {report.MostFrequent.Name}: "
                + $"{report.MostFrequentShare:P2}"
        );
}
