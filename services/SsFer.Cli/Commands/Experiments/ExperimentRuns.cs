using System.Globalization;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Experiments;

/// <summary>The runs of a table: for each seed an encoder, and from it one run for each row and column.</summary>
/// <param name="Table">What differs.</param>
/// <param name="Recipe">All else.</param>
/// <param name="Faces">What to learn from and to measure on.</param>
/// <param name="Seeds">How many, from 0.</param>
internal sealed record ExperimentRuns(ExperimentTable Table, Recipe Recipe, ExperimentFaces Faces, int Seeds)
{
    private const string EncoderId = "encoder";

    /// <summary>Every run, each after the one that it starts from.</summary>
    public IEnumerable<ExperimentRun> All =>
        Enumerable
            .Range(0, Seeds)
            .SelectMany(seed => NeedsEncoder ? Cells(seed).Prepend(new ExperimentRun(EncoderOf(seed), EncoderRequest(seed))) : Cells(seed));

    /// <summary>The runs of a row and a column, seed by seed.</summary>
    public IEnumerable<string> RunsOf(ExperimentRow row, ExperimentColumn column) =>
        Enumerable.Range(0, Seeds).Select(seed => NameOf(row.Id, column.Id, seed));

    private bool NeedsEncoder => Table.Rows.Any(row => row.Encoder);

    private IEnumerable<ExperimentRun> Cells(int seed) =>
        Table.Columns.SelectMany(column =>
            Table.Rows.Select(row => new ExperimentRun(NameOf(row.Id, column.Id, seed), CellOf(row, column, seed)))
        );

    private RunRequest EncoderRequest(int seed) =>
        new()
        {
            Id = EncoderOf(seed),
            Recipe = Seeded(Table.Set, seed),
            Stages = [StageKind.Pretraining],
            Unlabelled = [Faces.Labelled, .. Faces.Unlabelled],
        };

    private RunRequest CellOf(ExperimentRow row, ExperimentColumn column, int seed) =>
        new()
        {
            Id = NameOf(row.Id, column.Id, seed),
            Recipe = Seeded([.. Table.Set, .. row.Set], seed),
            Stages = RunRequest.StagesOf(pretrain: false, row.Teacher),
            Labelled = Faces.Labelled,
            Labels = column.Labels,
            Unlabelled = Faces.Unlabelled,
            Validation = Faces.Validation,
            StartRun = row.Encoder ? EncoderOf(seed) : null,
        };

    private Recipe Seeded(IReadOnlyList<string> settings, int seed) => Recipe.With([.. settings, Invariant($"Seed={seed}")]);

    private string EncoderOf(int seed) => Invariant($"{Series}-{EncoderId}-{seed}");

    private string NameOf(string row, string column, int seed) => Invariant($"{Series}-{row}-{column}-{seed}");

    private string Series => $"{Table.Id}-{Faces.Labelled}-{Recipe.Name}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Datasets of a table.</summary>
/// <param name="Labelled">Whose labels may be used.</param>
/// <param name="Unlabelled">Further ones.</param>
/// <param name="Validation">What to measure on.</param>
internal sealed record ExperimentFaces(string Labelled, IReadOnlyList<string> Unlabelled, string Validation);

/// <summary>One run of a table.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Request">As the planner takes it.</param>
internal sealed record ExperimentRun(string Id, RunRequest Request);
