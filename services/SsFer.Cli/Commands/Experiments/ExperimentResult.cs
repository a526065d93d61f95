using System.Globalization;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Commands.Models;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Experiments;

/// <summary>What the runs of a table came to. Accuracies in per cent.</summary>
internal sealed record ExperimentResult
{
    private const string None = "-";

    public required string Table { get; init; }

    public required string Title { get; init; }

    public required string Question { get; init; }

    public required string? Paper { get; init; }

    public required string Recipe { get; init; }

    public required string MeasuredOn { get; init; }

    public required IReadOnlyList<ExperimentFigure> Figures { get; init; }

    /// <param name="runs">The table's.</param>
    /// <param name="store">Holds the cards of their models.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<ExperimentResult> OfAsync(ExperimentRuns runs, IArtifactStore store, CancellationToken cancellationToken)
    {
        var (table, figures) = (runs.Table, new List<ExperimentFigure>());
        foreach (var (index, column) in table.Columns.Index())
        {
            double?[]? reference = null;
            foreach (var row in table.Rows)
            {
                var accuracies = await AccuraciesAsync(runs.RunsOf(row, column), store, cancellationToken);
                reference ??= accuracies;
                figures.Add(
                    new ExperimentFigure
                    {
                        Row = row.Name,
                        Column = column.Name,
                        Accuracies = accuracies,
                        Differences = row == table.Rows[0] ? [] : [.. accuracies.Zip(reference, (own, other) => own - other)],
                        Paper = row.Paper?[index],
                    }
                );
            }
        }

        return new ExperimentResult
        {
            Table = table.Id,
            Title = table.Title,
            Question = table.Question,
            Paper = table.Paper,
            Recipe = runs.Recipe.Name,
            MeasuredOn = runs.Faces.Validation,
            Figures = figures,
        };
    }

    public void WriteTo(TextWriter output)
    {
        output.WriteLine($"{Title}. {Question}");
        var first = Figures[0].Row;
        var table = new TextTable("labels", "", "runs", "accuracy %", $"against '{first}'", "paper %");
        foreach (var figure in Figures)
        {
            var (accuracy, difference) = (Known(figure.Accuracies), Known(figure.Differences));
            table.Add(
                figure.Column,
                figure.Row,
                string.Create(CultureInfo.InvariantCulture, $"{accuracy.Count}/{figure.Accuracies.Count}"),
                accuracy.Count == 0 ? None : Spread.Of(accuracy, decimals: 1).ToString(),
                difference.Count == 0 ? None : Signed(Spread.Of(difference, decimals: 1)),
                figure.Paper?.ToString("0.00", CultureInfo.InvariantCulture) ?? None
            );
        }

        table.WriteTo(output);
        output.WriteLine();
        output.WriteLine($"ours: recipe {Recipe}, mean ± standard deviation over seeds on {MeasuredOn}; differences seed by seed.");
        output.WriteLine(
            $"paper: {Paper ?? "no such table"}, on FERPlus; ViT-Base, 1.2 million faces, 600 epochs. The budgets are not the same."
        );
    }

    /// <summary>A line for each run: what further programs compute with.</summary>
    public void WriteCsv(TextWriter output)
    {
        output.WriteLine("table,recipe,labels,row,seed,accuracy,difference,paper");
        foreach (var figure in Figures)
        {
            for (var seed = 0; seed < figure.Accuracies.Count; seed++)
            {
                output.WriteLine(
                    string.Join(
                        ',',
                        Table,
                        Recipe,
                        Quoted(figure.Column),
                        Quoted(figure.Row),
                        seed.ToString(CultureInfo.InvariantCulture),
                        Number(figure.Accuracies[seed]),
                        Number(figure.Differences.ElementAtOrDefault(seed)),
                        Number(figure.Paper)
                    )
                );
            }
        }
    }

    private static async Task<double?[]> AccuraciesAsync(
        IEnumerable<string> runs,
        IArtifactStore store,
        CancellationToken cancellationToken
    )
    {
        var accuracies = new List<double?>();
        foreach (var run in runs)
        {
            var card = await store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(run), cancellationToken);
            accuracies.Add(100 * card?.Value.ProductEvaluation.Accuracy);
        }

        return [.. accuracies];
    }

    private static List<double> Known(IReadOnlyList<double?> values) => [.. values.OfType<double>()];

    private static string Signed(Spread spread) => spread.Mean < 0 ? spread.ToString() : $"+{spread}";

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Number(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>One place of a table.</summary>
internal sealed record ExperimentFigure
{
    public required string Row { get; init; }

    public required string Column { get; init; }

    /// <summary>Of each seed; null where its run has not ended.</summary>
    public required IReadOnlyList<double?> Accuracies { get; init; }

    /// <summary>To the first row of the same seed and column; none of that row itself.</summary>
    public required IReadOnlyList<double?> Differences { get; init; }

    public required double? Paper { get; init; }
}
