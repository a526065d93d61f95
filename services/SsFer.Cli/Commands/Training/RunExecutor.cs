using SsFer.Artifacts.Runs;
using SsFer.EmaTeacher;
using SsFer.Evaluation;
using SsFer.FaceDetection;
using SsFer.FineTuning;
using SsFer.Planning;
using SsFer.Pretraining;
using SsFer.Stages;

namespace SsFer.Cli.Commands.Training;

/// <summary>Plans a run and does all its stages in this process, with the same code and the same records as the services.</summary>
/// <param name="session">Store, terminal and clock.</param>
/// <param name="device">auto, cpu, cuda or cuda:n.</param>
/// <param name="acceptOtherCompute">See <see cref="StageEnvironment.AcceptOtherCompute"/>.</param>
internal sealed class RunExecutor(CommandSession session, string device, bool acceptOtherCompute)
{
    private readonly RunStore _runs = new(session.Store);

    /// <summary>Creates the run, or finds it when the same was asked for before.</summary>
    public async Task<RunStatus> CreateAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var planner = new RunPlanner(session.Store, session.Time);
        var draft = await planner.DraftAsync(request, cancellationToken);
        var (order, _) = await planner.OrderAsync(draft, request.Id, created: null, cancellationToken);
        var run = await _runs.CreateAsync(order.Spec, order.Plan, cancellationToken);
        foreach (var note in draft.Notes)
        {
            session.Terminal.Say(note);
        }

        return run;
    }

    public Task<RunStatus> ExecuteAsync(string run, CancellationToken cancellationToken) =>
        session.Terminal.WithProgressAsync(async display =>
        {
            var environment = new StageEnvironment
            {
                Store = session.Store,
                Cache = session.CacheDirectory,
                Device = device,
                AcceptOtherCompute = acceptOtherCompute,
                Time = session.Time,
                Observer = new ProgressObserver(session.Terminal, display),
            };
            IStage[] stages =
            [
                new FaceDetectionStage(session.Store, session.CacheDirectory, observer: environment.Observer, time: session.Time),
                new PretrainingStage(environment),
                new FineTuningStage(environment),
                new EmaTeacherStage(environment),
                new EvaluationStage(environment),
            ];
            var ledger = new StageLedger(session.Store, new StageProtocolOptions(), session.Time);
            return await new StageRunner(stages, _runs, ledger, session.Time).RunAllAsync(run, cancellationToken);
        });
}
