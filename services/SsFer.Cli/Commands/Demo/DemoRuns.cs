using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Cli.Commands.Training;
using SsFer.Contracts;
using SsFer.Evaluation;
using SsFer.Planning;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Demo;

/// <summary>
/// The runs behind the demo's table, each one that <c>ssfer train</c> with the same options would make. They are named by what they are,
/// so a demo that is started again finds what it did before and resumes the rest.
/// </summary>
internal sealed class DemoRuns(CommandSession session, ParseResult arguments, DemoFaces.Versions faces)
{
    /// <summary>Neither table nor picture shows an attack.</summary>
    private static readonly JsonElement WithoutAttack = new EvaluationParameters { AttackFaces = 0 }.ToJson();

    private static readonly string[] Plain = ["FineTuning.Mixing=None"];

    /// <summary>Finished runs: with every part; with pre-training alone; with neither.</summary>
    internal sealed record Finished(RunStatus Whole, RunStatus Pretrained, RunStatus Scratch);

    public async Task<Finished> ExecuteAsync(CancellationToken cancellationToken)
    {
        var whole = await RunAsync(
            "pre-training, FaceMix and EMA teacher",
            [],
            RunRequest.StagesOf(pretrain: true, teacher: true),
            encoder: null,
            cancellationToken
        );
        var pretrained = await RunAsync(
            "the same encoder, plain fine-tuning",
            Plain,
            [StageKind.FineTuning],
            whole.Spec.Id,
            cancellationToken
        );
        var scratch = await RunAsync("plain fine-tuning from scratch", Plain, [StageKind.FineTuning], encoder: null, cancellationToken);
        return new Finished(whole, pretrained, scratch);
    }

    private async Task<RunStatus> RunAsync(
        string what,
        IReadOnlyList<string> settings,
        IReadOnlyList<StageKind> stages,
        string? encoder,
        CancellationToken cancellationToken
    )
    {
        var seed = string.Create(CultureInfo.InvariantCulture, $"Seed={arguments.GetValue(DemoOptions.Seed)}");
        var request = new RunRequest
        {
            Recipe = RecipeCatalog
                .Get(arguments.GetRequiredValue(DemoOptions.Recipe))
                .With([seed, .. settings, .. arguments.GetValue(DemoOptions.Set) ?? []]),
            Stages = stages,
            Labelled = faces.Name,
            Labels = arguments.GetRequiredValue(DemoOptions.Labels),
            Validation = $"{faces.Test.Name}:{faces.Test.Split}",
            StartRun = encoder,
            Evaluation = WithoutAttack,
        };
        var executor = new RunExecutor(session, arguments.GetRequiredValue(DemoOptions.Device), acceptOtherCompute: false);
        var run = await executor.CreateAsync(request, cancellationToken);
        session.Terminal.Say($"run {run.Spec.Id}: {what}");
        return await executor.ExecuteAsync(run.Spec.Id, cancellationToken);
    }
}
