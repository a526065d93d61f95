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
            Budget = BudgetOf(runs, [.. cards.Values]),
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
                MacroF1 = [.. own.Select(card => card?.ProductEvaluation.Rules[0].All.MacroF1)],
                Parameters = own.FirstOrDefault(card => card is not null)?.Size?.Parameters,
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
        var sizesDiffer = SizesDiffer;
        string[] size = sizesDiffer ? ["parameters"] : [];
        var table = new TextTable(["labels", "", .. size, "runs", "accuracy %", "macro-F1", $"against '{Figures[0].Row}'", "paper %"]);
        foreach (var figure in Figures)
        {
            var (accuracy, difference, macroF1) = (Known(figure.Accuracies), Known(figure.Differences), Known(figure.MacroF1));
            size = sizesDiffer ? [figure.Parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? None] : [];
            table.Add([
                figure.Column,
                figure.Row,
                .. size,
                string.Create(CultureInfo.InvariantCulture, $"{accuracy.Count}/{figure.Accuracies.Count}"),
                accuracy.Count == 0 ? None : Spread.Of(accuracy, decimals: 1).ToString(),
                macroF1.Count == 0 ? None : Spread.Of(macroF1, decimals: 3).ToString(),
                difference.Count == 0 ? None : Signed(Spread.Of(difference, decimals: 1)),
                figure.Paper?.ToString("0.00", CultureInfo.InvariantCulture) ?? None,
            ]);
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
        output.WriteLine("table,labels,row,seed,run,accuracy,difference,paper,macro_f1,parameters");
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
                        Number(figure.Paper),
                        Number(figure.MacroF1[seed]),
                        Number(figure.Parameters)
                    )
                );
            }
        }
    }

    private bool SizesDiffer => Figures.Select(figure => figure.Parameters).OfType<long>().Distinct().Skip(1).Any();

    private static string BudgetOf(ExperimentRuns runs, IReadOnlyCollection<ModelCard> cards)
    {
        var card = cards.FirstOrDefault();
        long?[] sizes = [.. cards.Select(each => each.Size?.Parameters).Distinct()];
        var size = sizes is [{ } parameters] ? string.Create(CultureInfo.InvariantCulture, $", {parameters:N0} parameters") : "";
        string[] settings = [.. runs.Set, .. runs.Table.Set];
        var recipe = $"recipe {runs.Preset.Name}{(settings.Length == 0 ? "" : $" with {string.Join(", ", settings)}")}";
        return card is null
            ? $"{recipe} on {runs.Faces.Validation}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{recipe}{size}, measured on {card.ProductEvaluation.Rules[0].All.Count:N0} faces of "
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

    /// <summary>Of each seed, from 0 to 1; null where its run has not ended.</summary>
    public required IReadOnlyList<double?> MacroF1 { get; init; }

    /// <summary>Of its network; null where no run has ended.</summary>
    public required long? Parameters { get; init; }

    /// <summary>To the first row of the same seed and column; none of that row itself.</summary>
    public required IReadOnlyList<double?> Differences { get; init; }

    public required double? Paper { get; init; }
}
