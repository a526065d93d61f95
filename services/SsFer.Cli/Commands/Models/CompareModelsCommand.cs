using System.CommandLine;
using System.Globalization;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models compare NAME...</c>: runs that differ in their seed alone, as mean and deviation.</summary>
internal static class CompareModelsCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME")
        {
            Description =
                "A model, or what stands before the seed in the names of several: study-full stands for study-full-0, study-full-1 ...",
            HelpName = "NAME",
            Arity = ArgumentArity.OneOrMore,
        };
        return new Command(
            "compare",
            "Accuracy as mean and standard deviation over models that differ in their seed, by every label rule, duplicates in and out"
        )
        {
            names,
        }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var cards = (await StoredCards.ListAsync(session, cancellationToken))
                    .Select(card => card.Value)
                    .OfType<ModelCard>()
                    .ToList();
                var series = arguments
                    .GetRequiredValue(names)
                    .Select(name => KeyValuePair.Create(name, SeedSeries.Of(name, cards)))
                    .ToList();
                await MeasuredFaces.RequireSameAsync(session.Store, [.. series.SelectMany(each => each.Value)], cancellationToken);
                var rows = series.SelectMany(each => RowsOf(each.Key, each.Value)).ToList();
                session.Terminal.Show(rows, output => Table(rows).WriteTo(output));
            }
        );
    }

    /// <summary>One row for each model that the runs evaluated: classifier, student, teacher.</summary>
    private static IEnumerable<ComparisonRow> RowsOf(string name, IReadOnlyList<ModelCard> cards) =>
        cards
            .SelectMany(card => card.Evaluations)
            .GroupBy(evaluation => evaluation.Model)
            .Select(evaluations => ComparisonRow.Of(name, evaluations.Key, [.. evaluations]));

    private static TextTable Table(IReadOnlyList<ComparisonRow> rows)
    {
        var columns = rows.SelectMany(row => row.Figures.Keys).Distinct().ToList();
        var table = new TextTable(["models", "measured", "runs", .. columns]);
        foreach (var row in rows)
        {
            table.Add([
                row.Name,
                row.Model,
                row.Runs.ToString(CultureInfo.InvariantCulture),
                .. columns.Select(column => row.Figures.TryGetValue(column, out var spread) ? spread.ToString() : "-"),
            ]);
        }

        return table;
    }
}

/// <summary>What several runs of one kind came to. Accuracies in per cent, macro-F1 from 0 to 1.</summary>
internal sealed record ComparisonRow
{
    public required string Name { get; init; }

    /// <summary>What was measured: classifier, student or teacher.</summary>
    public required string Model { get; init; }

    public required int Runs { get; init; }

    public required IReadOnlyDictionary<string, Spread> Figures { get; init; }

    public static ComparisonRow Of(string name, string model, IReadOnlyList<ModelEvaluation> evaluations)
    {
        var figures = new Dictionary<string, Spread>(StringComparer.Ordinal);
        foreach (var rule in evaluations[0].Rules.Select(rule => rule.Rule))
        {
            var each = evaluations.Select(evaluation => evaluation.Rules.First(other => other.Rule == rule)).ToList();
            figures[$"{rule} %"] = Spread.Of(each.Select(figure => 100 * figure.All.Accuracy), decimals: 1);
            if (each.All(figure => figure.WithoutDuplicates is not null))
            {
                figures[$"{rule}, duplicates out %"] = Spread.Of(
                    each.Select(figure => 100 * figure.WithoutDuplicates!.Accuracy),
                    decimals: 1
                );
            }
        }

        figures["macro-F1"] = Spread.Of(evaluations.Select(evaluation => evaluation.Rules[0].All.MacroF1), decimals: 3);
        return new ComparisonRow
        {
            Name = name,
            Model = model,
            Runs = evaluations.Count,
            Figures = figures,
        };
    }
}
