using System.CommandLine;
using SsFer.Cli.Commands.Training;
using SsFer.Cli.Terminal;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Experiments;

/// <summary><c>experiment TABLE</c>: the runs of a table that are not done yet, and then their figures beside the paper's.</summary>
internal static class ExperimentCommand
{
    private static readonly Argument<string> TableArgument = new("TABLE")
    {
        Description = $"{string.Join(", ", ExperimentTable.BuiltIn)}, or a file of your own that ends in .json",
    };

    private static readonly Option<string> Dataset = new("--dataset")
    {
        Description = "Dataset whose labels may be used; its split validation is measured on",
        HelpName = "NAME",
        DefaultValueFactory = _ => "ferplus",
    };

    private static readonly Option<string> Scale = new("--scale")
    {
        Description = "Recipe of all runs: smoke, compact or paper",
        HelpName = "NAME",
        DefaultValueFactory = _ => "compact",
    };

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "How many runs of each kind, with seeds from 0",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<string?> ColumnsOption = new("--columns")
    {
        Description = "Only these columns, such as 10,25; all unless told",
        HelpName = "IDS",
    };

    private static readonly Option<string?> Csv = new("--csv") { Description = "Writes a line for each run, too", HelpName = "FILE.csv" };

    private static readonly Option[] OfTheRuns =
    [
        Dataset,
        TrainingOptions.Unlabelled,
        Scale,
        Seeds,
        TrainingOptions.Set,
        ColumnsOption,
        Csv,
    ];

    public static Command Create()
    {
        var command = new Command("experiment", "A table of runs, one for each row, column and seed, beside the paper's figures")
        {
            TableArgument,
            TrainingOptions.Device,
            TrainingOptions.AcceptOtherCompute,
            List(),
            Show(),
        };
        Add(command);
        return command.Does(
            async (session, arguments, cancellationToken) =>
            {
                TrainingOptions.CheckDevice(arguments);
                var runs = RunsOf(arguments);
                session.Store.RequireWritable();
                var plan = new ExperimentPlan(runs, session.Store, session.Time);
                await plan.CheckAsync(cancellationToken);
                var executor = new RunExecutor(
                    session,
                    arguments.GetValue(TrainingOptions.Device)!,
                    arguments.GetValue(TrainingOptions.AcceptOtherCompute)
                );
                var failures = await new ExperimentExecutor(session, executor, plan).ExecuteAsync(runs, cancellationToken);
                await ShowAsync(session, arguments, runs, cancellationToken);
                if (failures.Count > 0)
                {
                    throw new PartialResultException(
                        $"{failures.Count} of the runs failed; the same command tries them again: {string.Join("; ", failures)}"
                    );
                }
            }
        );
    }

    private static Command List() =>
        new Command("list", "The tables that come with the program").Does(
            (session, _, _) =>
            {
                var tables = ExperimentTable.BuiltIn.Select(ExperimentTable.Open).ToList();
                session.Terminal.Show(
                    tables
                        .Select(table => new
                        {
                            table.Id,
                            table.Title,
                            table.Question,
                            table.Paper,
                        })
                        .ToList(),
                    output =>
                    {
                        var text = new TextTable("table", "title", "rows", "columns", "in the paper");
                        foreach (var table in tables)
                        {
                            text.Add(
                                table.Id,
                                table.Title,
                                $"{table.Rows.Count}",
                                string.Join(", ", table.Columns.Select(column => column.Name)),
                                table.Paper ?? "-"
                            );
                        }

                        text.WriteTo(output);
                    }
                );
                return Task.CompletedTask;
            }
        );

    private static Command Show()
    {
        var command = new Command("show", "The figures of a table as far as its runs have ended") { TableArgument };
        Add(command);
        return command.Does((session, arguments, cancellationToken) => ShowAsync(session, arguments, RunsOf(arguments), cancellationToken));
    }

    private static void Add(Command command)
    {
        foreach (var option in OfTheRuns)
        {
            command.Options.Add(option);
        }
    }

    private static ExperimentRuns RunsOf(ParseResult arguments)
    {
        if (arguments.GetValue(Csv) is { } file)
        {
            OutputFile.Check(file, "the figures", Csv.Name);
        }

        var dataset = arguments.GetRequiredValue(Dataset);
        if (dataset.Contains(':', StringComparison.Ordinal))
        {
            throw new UsageException(
                $"--dataset {dataset}: name it without a split; its faces of train are learned, those of validation measured"
            );
        }

        var seeds = arguments.GetValue(Seeds);
        return seeds is < 1 or > 100
            ? throw new UsageException($"--seeds {seeds} cannot be: from 1 to 100")
            : new ExperimentRuns(
                ExperimentTable
                    .Open(arguments.GetRequiredValue(TableArgument))
                    .WithColumns(TrainingOptions.ListOf(arguments.GetValue(ColumnsOption))),
                RecipeCatalog.Get(arguments.GetRequiredValue(Scale)),
                arguments.GetValue(TrainingOptions.Set) ?? [],
                new ExperimentFaces(
                    dataset,
                    TrainingOptions.ListOf(arguments.GetValue(TrainingOptions.Unlabelled)),
                    $"{dataset}:validation"
                ),
                seeds
            );
    }

    private static async Task ShowAsync(
        CommandSession session,
        ParseResult arguments,
        ExperimentRuns runs,
        CancellationToken cancellationToken
    )
    {
        var plan = new ExperimentPlan(runs, session.Store, session.Time);
        var result = await ExperimentResult.OfAsync(runs, plan, session.Store, cancellationToken);
        if (arguments.GetValue(Csv) is { } path)
        {
            await using var file = new StreamWriter(path);
            result.WriteCsv(file);
        }

        session.Terminal.Show(result, result.WriteTo);
    }
}
