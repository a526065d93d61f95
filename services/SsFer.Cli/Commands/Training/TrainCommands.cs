using System.CommandLine;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Evaluation;
using SsFer.Learning.Training;
using SsFer.Planning;

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
            async (arguments, planner, cancellationToken) =>
            {
                var encoder = arguments.GetValue(TrainingOptions.Encoder);
                var pretrain = encoder is null && !arguments.GetValue(TrainingOptions.FromScratch);
                if (encoder is not null && arguments.GetValue(TrainingOptions.FromScratch))
                {
                    throw new UsageException("--encoder and --from-scratch exclude each other");
                }

                if (pretrain)
                {
                    await planner.AddAsync(StageKind.Pretraining, TrainingPlan.Pretraining, [], null, cancellationToken);
                }

                await planner.AddAsync(
                    StageKind.FineTuning,
                    TrainingPlan.FineTuning,
                    pretrain ? [TrainingPlan.Pretraining] : [],
                    encoder,
                    cancellationToken
                );
                if (!arguments.GetValue(TrainingOptions.NoTeacher))
                {
                    await planner.AddAsync(
                        StageKind.EmaTeacher,
                        TrainingPlan.EmaTeacher,
                        [TrainingPlan.FineTuning],
                        null,
                        cancellationToken
                    );
                }

                await AddEvaluationAsync(
                    arguments,
                    planner,
                    arguments.GetValue(TrainingOptions.NoTeacher)
                        ? [TrainingPlan.FineTuning]
                        : [TrainingPlan.FineTuning, TrainingPlan.EmaTeacher],
                    cancellationToken
                );
            },
            [.. WithLabels, TrainingOptions.Encoder, TrainingOptions.FromScratch, TrainingOptions.NoTeacher]
        );

    public static Command Pretrain() =>
        New(
            "pretrain",
            "Stage one alone: an encoder from faces without labels (MAE)",
            (_, planner, cancellationToken) =>
                planner.AddAsync(StageKind.Pretraining, TrainingPlan.Pretraining, [], null, cancellationToken),
            [],
            needsLabels: false
        );

    public static Command FineTune() =>
        New(
            "finetune",
            "Stage two alone: a classifier from labels, from an encoder or from scratch",
            async (arguments, planner, cancellationToken) =>
            {
                await planner.AddAsync(
                    StageKind.FineTuning,
                    TrainingPlan.FineTuning,
                    [],
                    arguments.GetValue(TrainingOptions.Encoder),
                    cancellationToken
                );
                await AddEvaluationAsync(arguments, planner, [TrainingPlan.FineTuning], cancellationToken);
            },
            [.. WithLabels, TrainingOptions.Encoder]
        );

    public static Command Teach() =>
        New(
            "teach",
            "Stage three alone: a better classifier from a classifier, labels and unlabelled faces",
            async (arguments, planner, cancellationToken) =>
            {
                var classifier = arguments.GetValue(TrainingOptions.Classifier)
                    ?? throw new UsageException("teach needs --classifier RUN|FILE to start from");
                await planner.AddAsync(StageKind.EmaTeacher, TrainingPlan.EmaTeacher, [], classifier, cancellationToken);
                await AddEvaluationAsync(arguments, planner, [TrainingPlan.EmaTeacher], cancellationToken);
            },
            [.. WithLabels, TrainingOptions.Classifier]
        );

    private static async Task AddEvaluationAsync(
        ParseResult arguments,
        RunPlanner planner,
        IReadOnlyList<string> inputs,
        CancellationToken cancellationToken
    )
    {
        if (arguments.GetValue(TrainingOptions.Validation) is not null)
        {
            await planner.AddAsync(StageKind.Evaluation, TrainingPlan.Evaluation, inputs, null, cancellationToken);
        }
    }

    private static Command New(
        string name,
        string description,
        Func<ParseResult, RunPlanner, CancellationToken, Task> plan,
        Option[] options,
        bool needsLabels = true
    )
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

                CheckDevice(arguments);
                session.Store.RequireWritable();
                var planner = new RunPlanner(session, arguments);
                await plan(arguments, planner, cancellationToken);
                var run = await planner.CreateAsync(cancellationToken);
                session.Terminal.Say(
                    $"run {run.Spec.Id}: {string.Join(" -> ", run.Plan.Stages.Select(stage => stage.Name))}, recipe {run.Spec.RecipeName}"
                );
                run = await RunExecutor.ExecuteAsync(session, arguments, run.Spec.Id, cancellationToken);
                var card = await session.Store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(run.Spec.Id), cancellationToken);
                var result = await RunResult.OfAsync(session.Store, run, card?.Value, cancellationToken);
                session.Terminal.Show(result, result.WriteTo);
                session.Terminal.SayWarnings(result.Warnings);
                session.Terminal.SayNext(result.Next);
            }
        );
    }

    /// <summary>Before a run is stored that nothing here could carry out.</summary>
    private static void CheckDevice(ParseResult arguments)
    {
        try
        {
            ComputeTarget.DeviceOf(arguments.GetValue(TrainingOptions.Device)!);
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(fault.Message);
        }
    }
}
