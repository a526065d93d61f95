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

    /// <summary>Resume on other hardware, threads or precision than the checkpoint's; the result is then equal only to tolerance.</summary>
    public bool AcceptOtherCompute { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IStageObserver Observer { get; init; } = IStageObserver.Silent;

    /// <summary>The complete recipe of a run.</summary>
    public static Recipe RecipeOf(RunSpec spec) => Recipe.FromJson(spec.Recipe.GetRawText());

    public ComputeTarget Target(Recipe recipe)
    {
        try
        {
            return ComputeTarget.Choose(
                Device,
                Precision == Precision.Auto ? recipe.Execution.Precision : Precision,
                recipe.Execution.Threads
            );
        }
        catch (ArgumentException fault)
        {
            throw new PermanentStageException(fault.Message, fault);
        }
    }
}
