using System.Globalization;
using SsFer.Contracts;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Experiments;

/// <summary>The runs of a table: one for each row, column and seed, most of them from an encoder that others start from, too.</summary>
/// <param name="Table">What differs.</param>
/// <param name="Preset">The recipe of all runs.</param>
/// <param name="Set">Settings of it that the user replaced, as <c>Path=Value</c>.</param>
/// <param name="Faces">What to learn from and to measure on.</param>
/// <param name="Seeds">How many, from 0.</param>
internal sealed record ExperimentRuns(ExperimentTable Table, Recipe Preset, IReadOnlyList<string> Set, ExperimentFaces Faces, int Seeds)
{
    /// <summary>Groups of settings that stage one depends on; rows that differ in others alone share an encoder.</summary>
    private static readonly string[] OfTheEncoder =
    [
        nameof(Recipe.Model),
        nameof(Recipe.Decoder),
        nameof(Recipe.Normalisation),
        nameof(Recipe.Pretraining),
        nameof(Recipe.Execution),
    ];

    /// <summary>Seed by seed, so that a table is whole early for the first of them.</summary>
    public IEnumerable<ExperimentCell> Cells =>
        Enumerable
            .Range(0, Seeds)
            .SelectMany(seed => Table.Columns.SelectMany(column => Table.Rows.Select(row => new ExperimentCell(row, column, seed))));

    /// <summary>A run, but for the encoder that it starts from.</summary>
    /// <exception cref="RecipeException">A setting cannot be.</exception>
    public RunRequest RequestOf(ExperimentCell cell) =>
        new()
        {
            Recipe = Preset.With([.. SettingsOf(cell.Row), SeedOf(cell)]),
            Stages = RunRequest.StagesOf(pretrain: false, cell.Row.Teacher),
            Labelled = Faces.Labelled,
            Labels = cell.Column.Labels,
            Unlabelled = Faces.Unlabelled,
            Validation = Faces.Validation,
        };

    /// <summary>The run that makes its encoder; null for one from scratch.</summary>
    /// <exception cref="RecipeException">A setting cannot be.</exception>
    public RunRequest? EncoderOf(ExperimentCell cell) =>
        cell.Row.Encoder
            ? new()
            {
                Recipe = Preset.With([.. SettingsOf(cell.Row).Where(ConcernsTheEncoder), SeedOf(cell)]),
                Stages = [StageKind.Pretraining],
                Unlabelled = [Faces.Labelled, .. Faces.Unlabelled],
            }
            : null;

    private IEnumerable<string> SettingsOf(ExperimentRow row) => [.. Set, .. Table.Set, .. row.Set];

    private static bool ConcernsTheEncoder(string setting) => OfTheEncoder.Contains(setting.Split('.', '=')[0].Trim());

    private static string SeedOf(ExperimentCell cell) => string.Create(CultureInfo.InvariantCulture, $"Seed={cell.Seed}");
}

/// <summary>Datasets of a table.</summary>
/// <param name="Labelled">Whose labels may be used.</param>
/// <param name="Unlabelled">Further ones.</param>
/// <param name="Validation">What to measure on.</param>
internal sealed record ExperimentFaces(string Labelled, IReadOnlyList<string> Unlabelled, string Validation);

/// <summary>One place of a table, for one seed.</summary>
internal sealed record ExperimentCell(ExperimentRow Row, ExperimentColumn Column, int Seed)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"'{Row.Name}' with {Column.Name} of the labels and seed {Seed}");
}
