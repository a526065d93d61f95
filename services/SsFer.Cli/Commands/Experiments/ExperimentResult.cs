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

    /// <summary>Where its like stands in the paper; null where it does not.</summary>
    public required string? Paper { get; init; }

    /// <summary>With what our figures were come by.</summary>
    public required string Budget { get; init; }

    public required IReadOnlyList<ExperimentFigure> Figures { get; init; }

    /// <param name="runs">The table's.</param>
    /// <param name="plan">Knows which they are.</param>
    /// <param name="store">Holds the cards of their models.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<ExperimentResult> OfAsync(
        ExperimentRuns runs,
        ExperimentPlan plan,
        IArtifactStore store,
        CancellationToken cancellationToken
    )
    {
        var (table, cards) = (runs.Table, new Dictionary<ExperimentCell, ModelCard>());
        foreach (var cell in runs.Cells)
        {
            var run = await plan.NextOfAsync(cell, cancellationToken);
            var card = run.IsEncoder ? null : await store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(run.Id), cancellationToken);
            if (card is not null)
            {
                cards[cell] = card.Value;
            }
        }

        return new ExperimentResult
        {
            Table = table.Id,
            Title = table.Title,
            Question = table.Question,
            Paper = table.Paper,
            Budget = BudgetOf(runs, cards.Values.FirstOrDefault()),
            Figures = [.. table.Columns.Index().SelectMany(column => table.Rows.Select(row => FigureOf(column, row)))],
        };

        ExperimentFigure FigureOf((int Index, ExperimentColumn Item) column, ExperimentRow row)
        {
            var own = CardsOf(row, column.Item);
            var (accuracies, reference) = (own.Select(Accuracy).ToList(), CardsOf(table.Rows[0], column.Item).Select(Accuracy));
            return new ExperimentFigure
            {
                Row = row.Name,
                Column = column.Item.Name,
                Runs = [.. own.Select(card => card?.Id)],
                Accuracies = accuracies,
                Differences = row == table.Rows[0] ? [] : [.. accuracies.Zip(reference, (mine, other) => mine - other)],
                Paper = row.Paper?[column.Index],
            };
        }

        List<ModelCard?> CardsOf(ExperimentRow row, ExperimentColumn column) =>
            [.. Enumerable.Range(0, runs.Seeds).Select(seed => cards.GetValueOrDefault(new ExperimentCell(row, column, seed)))];
    }

    public void WriteTo(TextWriter output)
    {
        output.WriteLine($"{Title}. {Question}");
        var table = new TextTable("labels", "", "runs", "accuracy %", $"against '{Figures[0].Row}'", "paper %");
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
        output.WriteLine($"ours: {Budget}; mean ± standard deviation over seeds, differences seed by seed");
        if (Figures.Any(figure => figure.Paper is not null))
        {
            output.WriteLine($"paper: {Paper ?? "its figures"}; FERPlus, ViT-Base, 1.2 million faces, 600 epochs: not the same budget");
        }
    }

    /// <summary>A line for each run: what further programs compute with.</summary>
    public void WriteCsv(TextWriter output)
    {
        output.WriteLine("table,labels,row,seed,run,accuracy,difference,paper");
        foreach (var figure in Figures)
        {
            for (var seed = 0; seed < figure.Accuracies.Count; seed++)
            {
                output.WriteLine(
                    string.Join(
                        ',',
                        Table,
                        Quoted(figure.Column),
                        Quoted(figure.Row),
                        seed.ToString(CultureInfo.InvariantCulture),
                        figure.Runs[seed] ?? "",
                        Number(figure.Accuracies[seed]),
                        Number(figure.Differences.ElementAtOrDefault(seed)),
                        Number(figure.Paper)
                    )
                );
            }
        }
    }

    private static string BudgetOf(ExperimentRuns runs, ModelCard? card)
    {
        string[] settings = [.. runs.Set, .. runs.Table.Set];
        var recipe = $"recipe {runs.Preset.Name}{(settings.Length == 0 ? "" : $" with {string.Join(", ", settings)}")}";
        return card is null
            ? $"{recipe} on {runs.Faces.Validation}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{recipe}, {card.Size?.Parameters:N0} parameters, measured on {card.ProductEvaluation.Rules[0].All.Count:N0} faces of "
                    + $"{runs.Faces.Validation} ({card.MeasuredOn})"
            );
    }

    private static double? Accuracy(ModelCard? card) => 100 * card?.ProductEvaluation.Accuracy;

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

    /// <summary>Of each seed; null where it has not ended.</summary>
    public required IReadOnlyList<string?> Runs { get; init; }

    /// <summary>Of each seed; null where its run has not ended.</summary>
    public required IReadOnlyList<double?> Accuracies { get; init; }

    /// <summary>To the first row of the same seed and column; none of that row itself.</summary>
    public required IReadOnlyList<double?> Differences { get; init; }

    public required double? Paper { get; init; }
}
