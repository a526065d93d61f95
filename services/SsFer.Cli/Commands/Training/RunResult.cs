using System.Globalization;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Evaluation;
using SsFer.Stages;

namespace SsFer.Cli.Commands.Training;

/// <summary>What a finished run made, for people and as JSON.</summary>
internal sealed record RunResult
{
    private const string Student = "student"; // of the teacher's stage, which keeps the better of the two

    public required string Run { get; init; }

    /// <summary>Product of each stage by stage name.</summary>
    public required IReadOnlyDictionary<string, StageProduct> Stages { get; init; }

    public required string? Product { get; init; }

    public required IReadOnlyList<ModelEvaluation> Evaluations { get; init; }

    /// <summary>What the user of the product should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Commands that may follow.</summary>
    public required IReadOnlyList<string> Next { get; init; }

    /// <param name="store">Holds the metrics of the stages.</param>
    /// <param name="run">A completed run.</param>
    /// <param name="card">Of its model; null for a run without an evaluation.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<RunResult> OfAsync(IArtifactStore store, RunStatus run, ModelCard? card, CancellationToken cancellationToken)
    {
        var stages = new Dictionary<string, StageProduct>(StringComparer.Ordinal);
        PseudoLabelShare? pseudoLabels = null;
        foreach (var stage in run.Plan.Stages)
        {
            var training = await StageTraining.OfAsync(store, run.Spec.Id, stage.Name, cancellationToken);
            stages[stage.Name] = StageProduct.Of(stage, run.Stages[stage.Name].Artifact!, training);
            if (stage.Kind == StageKind.EmaTeacher)
            {
                pseudoLabels = await PseudoLabelShare.OfAsync(store, run.Spec.Id, stage.Name, cancellationToken);
            }
        }

        return new RunResult
        {
            Run = run.Spec.Id,
            Stages = stages,
            Product = card?.Product,
            Evaluations = card?.Evaluations ?? [],
            Warnings =
            [
                .. TeacherWarnings.Of(card?.Evaluations ?? [], pseudoLabels, StageEnvironment.RecipeOf(run.Spec).EmaTeacher.Method),
            ],
            Next = NextOf(run, card),
        };
    }

    public void WriteTo(TextWriter output)
    {
        var rules = Evaluations.Count > 0 ? Evaluations[0].Rules.Select(rule => rule.Rule).ToList() : [];
        var table = new TextTable(["part", "images seen", "last loss", .. rules.Select(rule => $"{rule} %"), "macro-F1", ""]);
        foreach (var (name, product) in Stages.Where(stage => stage.Value.Makes is not null))
        {
            foreach (var evaluation in Evaluations.Where(evaluation => IsOf(evaluation, product)).DefaultIfEmpty())
            {
                table.Add([
                    evaluation?.Model ?? product.Makes!,
                    product.Images is { } images ? ProgressText.Count(images) : "-",
                    product.Loss?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-",
                    .. rules.Select(rule => Accuracy(evaluation, rule)),
                    evaluation?.Rules[0].All.MacroF1.ToString("0.000", CultureInfo.InvariantCulture) ?? "-",
                    evaluation is not null && evaluation.Model == Product ? "<- the product" : "",
                ]);
            }
        }

        table.WriteTo(output);
        if (Evaluations.FirstOrDefault(evaluation => evaluation.Model == Product) is { } own)
        {
            EvaluationText.Write(output, own);
        }

        output.WriteLine();
        foreach (var (stage, product) in Stages)
        {
            output.WriteLine($"{stage, -12} {product.Path}");
        }
    }

    private static bool IsOf(ModelEvaluation evaluation, StageProduct product) =>
        evaluation.Model == product.Makes || (evaluation.Model == Student && product.Makes == TeacherWarnings.Teacher);

    private static string Accuracy(ModelEvaluation? evaluation, string rule) =>
        evaluation?.Rules.FirstOrDefault(each => each.Rule == rule) is { } figures
            ? (100 * figures.All.Accuracy).ToString("0.0", CultureInfo.InvariantCulture)
            : "-";

    private static IReadOnlyList<string> NextOf(RunStatus run, ModelCard? card)
    {
        var id = run.Spec.Id;
        if (card is not null)
        {
            return [$"ssfer predict {id} PICTURE", $"ssfer models promote {id}", "ssfer up"];
        }

        return run.Plan.Stages[^1].Kind switch
        {
            StageKind.Pretraining => [$"ssfer finetune --encoder {id} --labelled NAME --validation NAME:validation"],
            StageKind.FineTuning => [$"ssfer teach --classifier {id} --labelled NAME --validation NAME:validation"],
            _ => [],
        };
    }
}
