using System.CommandLine;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Evaluation;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Training;

/// <summary><c>train</c>, which does the three stages and the evaluation, and the commands that do one stage.</summary>
internal static class TrainCommands
{
    private static readonly Option[] Common =
    [
        TrainingOptions.Unlabelled,
        TrainingOptions.Recipe,
        TrainingOptions.Set,
        TrainingOptions.Run,
        TrainingOptions.Device,
        TrainingOptions.AcceptOtherCompute,
    ];

    private static readonly Option[] WithLabels = [TrainingOptions.Labelled, TrainingOptions.Labels, TrainingOptions.Validation];

    public static Command Train() =>
        New(
            "train",
            "Pre-trains, fine-tunes, trains with an EMA teacher and evaluates; the same command again resumes",
            arguments =>
            {
                var encoder = arguments.GetValue(TrainingOptions.Encoder);
                var fromScratch = arguments.GetValue(TrainingOptions.FromScratch);
                return encoder is not null && fromScratch
                    ? throw new UsageException("--encoder and --from-scratch exclude each other")
                    : new Training(
                        RunRequest.StagesOf(
                            pretrain: encoder is null && !fromScratch,
                            teacher: !arguments.GetValue(TrainingOptions.NoTeacher)
                        ),
                        encoder
                    );
            },
            [.. WithLabels, TrainingOptions.Encoder, TrainingOptions.FromScratch, TrainingOptions.NoTeacher]
        );

    public static Command Pretrain() =>
        New(
            "pretrain",
            "Stage one alone: an encoder from faces without labels (MAE)",
            _ => new Training([StageKind.Pretraining], null),
            [],
            needsLabels: false
        );

    public static Command FineTune() =>
        New(
            "finetune",
            "Stage two alone: a classifier from labels, from an encoder or from scratch",
            arguments => new Training([StageKind.FineTuning], arguments.GetValue(TrainingOptions.Encoder)),
            [.. WithLabels, TrainingOptions.Encoder]
        );

    public static Command Teach() =>
        New(
            "teach",
            "Stage three alone: a better classifier from a classifier, labels and unlabelled faces",
            arguments => new Training(
                [StageKind.EmaTeacher],
                arguments.GetValue(TrainingOptions.Classifier)
                    ?? (
                        RecipeOf(arguments).EmaTeacher.Method.StartsFromAnything()
                            ? null
                            : throw new UsageException("teach needs --classifier RUN|FILE to start from")
                    )
            ),
            [.. WithLabels, TrainingOptions.Classifier]
        );

    private static Command New(string name, string description, Func<ParseResult, Training> plan, Option[] options, bool needsLabels = true)
    {
        var command = new Command(name, description);
        foreach (var option in Common.Concat(options))
        {
            command.Options.Add(option);
        }

        return command.Does(
            async (session, arguments, cancellationToken) =>
            {
                if (needsLabels && arguments.GetValue(TrainingOptions.Labelled) is null)
                {
                    throw new UsageException($"{name} needs --labelled NAME: the dataset whose labels it may use");
                }

                TrainingOptions.CheckDevice(arguments);
                session.Store.RequireWritable();
                var training = plan(arguments);
                var executor = new RunExecutor(
                    session,
                    arguments.GetValue(TrainingOptions.Device)!,
                    arguments.GetValue(TrainingOptions.AcceptOtherCompute)
                );
                var request = await RequestOf(arguments, training.Stages).StartFromAsync(training.Start, session.Store, cancellationToken);
                var run = await executor.CreateAsync(request, cancellationToken);
                session.Terminal.Say(
                    $"run {run.Spec.Id}: {string.Join(" -> ", run.Plan.Stages.Select(stage => stage.Name))}, recipe {run.Spec.RecipeName}"
                );
                run = await executor.ExecuteAsync(run.Spec.Id, cancellationToken);
                var card = await session.Store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(run.Spec.Id), cancellationToken);
                var result = await RunResult.OfAsync(session.Store, run, card?.Value, cancellationToken);
                session.Terminal.Show(result, result.WriteTo);
                session.Terminal.SayWarnings(result.Warnings);
                session.Terminal.SayNext(result.Next);
            }
        );
    }

    private static RunRequest RequestOf(ParseResult arguments, IReadOnlyList<StageKind> stages) =>
        new()
        {
            Id = arguments.GetValue(TrainingOptions.Run),
            Recipe = RecipeOf(arguments),
            Stages = stages,
            Labelled = arguments.GetValue(TrainingOptions.Labelled),
            Labels = arguments.GetValue(TrainingOptions.Labels),
            Unlabelled = TrainingOptions.ListOf(arguments.GetValue(TrainingOptions.Unlabelled)),
            Validation = arguments.GetValue(TrainingOptions.Validation),
        };

    private static Recipe RecipeOf(ParseResult arguments) =>
        RecipeCatalog.Get(arguments.GetValue(TrainingOptions.Recipe)!).With(arguments.GetValue(TrainingOptions.Set) ?? []);

    /// <summary>What a command trains, and the run or file that it starts from.</summary>
    private sealed record Training(IReadOnlyList<StageKind> Stages, string? Start);
}
