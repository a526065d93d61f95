using System.CommandLine;
using SsFer.Artifacts.Runs;
using SsFer.EmaTeacher;
using SsFer.Evaluation;
using SsFer.FineTuning;
using SsFer.Pretraining;
using SsFer.Stages;

namespace SsFer.Cli.Commands.Training;

/// <summary>Does all stages of a run in this process, with the same code and the same records as the services.</summary>
internal static class RunExecutor
{
    public static Task<RunStatus> ExecuteAsync(
        CommandSession session,
        ParseResult arguments,
        string run,
        CancellationToken cancellationToken
    ) =>
        session.Terminal.WithProgressAsync(async display =>
        {
            var environment = new StageEnvironment
            {
                Store = session.Store,
                Cache = session.CacheDirectory,
                Device = arguments.GetValue(TrainingOptions.Device)!,
                AcceptOtherCompute = arguments.GetValue(TrainingOptions.AcceptOtherCompute),
                Time = session.Time,
                Observer = new ProgressObserver(session.Terminal, display),
            };
            IStage[] stages =
            [
                new PretrainingStage(environment),
                new FineTuningStage(environment),
                new EmaTeacherStage(environment),
                new EvaluationStage(environment),
            ];
            var ledger = new StageLedger(session.Store, new StageProtocolOptions(), session.Time);
            return await new StageRunner(stages, new RunStore(session.Store), ledger, session.Time).RunAllAsync(run, cancellationToken);
        });
}
