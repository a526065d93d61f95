using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Stages;

/// <summary>
/// What every training stage of a process shares: the store, where to cache, where to compute, and who is told of progress.
/// </summary>
public sealed record StageEnvironment
{
    public required IArtifactStore Store { get; init; }

    /// <summary>For fetched shards and decoded faces; a path alone is a cache of the default size there.</summary>
    public required CacheSpace Cache { get; init; }

    /// <summary>auto, cpu, cuda or cuda:n.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Arithmetic of this process; auto leaves it to the run's recipe.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Times both kinds of arithmetic where <c>auto</c> has to choose; see <see cref="AutoPrecision.Time"/>.</summary>
    public Func<int, ArithmeticTimes?> TimeArithmetic { get; init; } = ArithmeticTimes.Measure;

    /// <summary>Resume on other hardware, threads or precision than the checkpoint's; the result is then equal only to tolerance.</summary>
    public bool AcceptOtherCompute { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IStageObserver Observer { get; init; } = IStageObserver.Silent;

    /// <summary>The complete recipe of a run.</summary>
    public static Recipe RecipeOf(RunSpec spec) => Recipe.FromJson(spec.Recipe.GetRawText());

    /// <summary>
    /// Where a training stage computes. Where the precision is left to this process, a checkpoint of the stage or of one it reads from
    /// decides, so that a run that is killed and goes on has the bytes of one that never was.
    /// </summary>
    public async Task<ComputeTarget> TargetAsync(StageClaim claim, Recipe recipe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(recipe);
        var asked = Precision == Precision.Auto ? recipe.Execution.Precision : Precision;
        var auto =
            asked == Precision.Auto
                ? new AutoPrecision
                {
                    Width = recipe.Model.MatrixWidth,
                    Recorded = await CheckpointState.ComputeOfAsync(Store, claim, cancellationToken),
                    Time = TimeArithmetic,
                }
                : null;
        // A measurement computes: on another thread it would leave a second team of OpenMP threads behind.
        return await ComputeThread.RunAsync(() => Choose(asked, recipe, auto));
    }

    /// <summary>Where a run's models are measured: in single precision whatever they were trained in.</summary>
    public ComputeTarget MeasuringTarget(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Choose(Precision.Fp32, recipe, null);
    }

    private ComputeTarget Choose(Precision precision, Recipe recipe, AutoPrecision? auto)
    {
        try
        {
            return ComputeTarget.Choose(Device, precision, recipe.Execution.Threads, auto);
        }
        catch (ArgumentException fault)
        {
            throw new PermanentStageException(fault.Message, fault);
        }
    }
}
