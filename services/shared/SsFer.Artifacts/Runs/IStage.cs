using SsFer.Contracts;

namespace SsFer.Artifacts.Runs;

/// <summary>The work of one stage kind, the same in a service and in the terminal.</summary>
public interface IStage
{
    StageKind Kind { get; }

    /// <summary>
    /// Does the claimed stage, from its last checkpoint on where there is one, writing only under the claim's paths.
    /// </summary>
    /// <returns>The product, which the caller makes the stage's by completing the claim.</returns>
    /// <exception cref="PermanentStageException">No further attempt could do better.</exception>
    /// <exception cref="OperationCanceledException">Told to stop; what was done is in the last checkpoint.</exception>
    Task<StageArtifact> RunAsync(StageClaim claim, CancellationToken cancellationToken);
}
