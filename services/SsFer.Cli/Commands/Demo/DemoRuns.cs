using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Training;
using SsFer.Contracts;
using SsFer.Evaluation;
using SsFer.Planning;

namespace SsFer.Cli.Commands.Demo;

/// <summary>
/// The runs behind the demo's table, each one that <c>ssfer train</c> with the same options would make. They are named by what they are,
/// so a demo that is started again finds what it did before and resumes the rest.
/// </summary>
internal sealed class DemoRuns(CommandSession session, ParseResult arguments, DemoFaces.Versions faces)
{
    /// <summary>Neither table nor picture shows an attack.</summary>
    private static readonly JsonElement WithoutAttack = new EvaluationParameters { AttackFaces = 0 }.ToJson();

    /// <summary>Finished runs: with every part; with pre-training alone; with neither.</summary>
    internal sealed record Finished(RunStatus Whole, RunStatus Pretrained, RunStatus Scratch);

    public async Task<Finished> ExecuteAsync(CancellationToken cancellationToken)
    {
        var whole = await RunAsync(
            "pre-training, FaceMix and EMA teacher",
            [],
            async planner =>
            {
                await planner.AddAsync(StageKind.Pretraining, TrainingPlan.Pretraining, [], null, cancellationToken);
                await planner.AddAsync(StageKind.FineTuning, TrainingPlan.FineTuning, [TrainingPlan.Pretraining], null, cancellationToken);
                await planner.AddAsync(StageKind.EmaTeacher, TrainingPlan.EmaTeacher, [TrainingPlan.FineTuning], null, cancellationToken);
                planner.Add(
                    StageKind.Evaluation,
                    TrainingPlan.Evaluation,
                    [TrainingPlan.FineTuning, TrainingPlan.EmaTeacher],
                    WithoutAttack
                );
            },
            cancellationToken
        );
        var pretrained = await RunAsync(
            "the same encoder, plain fine-tuning",
            ["FineTuning.Mixing=None"],
            planner => PlanPlainAsync(planner, whole.Spec.Id, cancellationToken),
            cancellationToken
        );
        var scratch = await RunAsync(
            "plain fine-tuning from scratch",
            ["FineTuning.Mixing=None"],
            planner => PlanPlainAsync(planner, null, cancellationToken),
            cancellationToken
        );
        return new Finished(whole, pretrained, scratch);
    }

    private static async Task PlanPlainAsync(RunPlanner planner, string? encoder, CancellationToken cancellationToken)
    {
        await planner.AddAsync(StageKind.FineTuning, TrainingPlan.FineTuning, [], encoder, cancellationToken);
        planner.Add(StageKind.Evaluation, TrainingPlan.Evaluation, [TrainingPlan.FineTuning], WithoutAttack);
    }

    private async Task<RunStatus> RunAsync(
        string what,
        IReadOnlyList<string> settings,
        Func<RunPlanner, Task> plan,
        CancellationToken cancellationToken
    )
    {
        var line = new List<string>
        {
            "--labelled",
            faces.Name,
            "--labels",
            arguments.GetRequiredValue(DemoOptions.Labels),
            "--validation",
            $"{faces.Test.Name}:{faces.Test.Split}",
            "--recipe",
            arguments.GetRequiredValue(DemoOptions.Recipe),
            "--device",
            arguments.GetRequiredValue(DemoOptions.Device),
        };
        string[] all =
        [
            string.Create(CultureInfo.InvariantCulture, $"Seed={arguments.GetValue(DemoOptions.Seed)}"),
            .. settings,
            .. arguments.GetValue(DemoOptions.Set) ?? [],
        ];
        line.AddRange(all.SelectMany(setting => (string[])["--set", setting]));
        var parsed = TrainCommands.Train().Parse(line);

        var planner = new RunPlanner(session, parsed);
        await plan(planner);
        var run = await planner.CreateAsync(cancellationToken);
        session.Terminal.Say($"run {run.Spec.Id}: {what}");
        return await RunExecutor.ExecuteAsync(session, parsed, run.Spec.Id, cancellationToken);
    }
}
