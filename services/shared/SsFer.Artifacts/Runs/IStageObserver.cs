using SsFer.Contracts.Events;

namespace SsFer.Artifacts.Runs;

/// <summary>Is told what a stage does. Called from the stage's threads: it neither blocks nor throws.</summary>
public interface IStageObserver
{
    /// <summary>Tells nobody.</summary>
    static IStageObserver Silent { get; } = new SilentObserver();

    /// <summary>A stage begins, at <paramref name="firstStep"/> where it resumes; <paramref name="facts"/> say on what and how.</summary>
    void Started(string run, string stage, long firstStep, long totalSteps, string facts);

    /// <summary>How far a stage is; as often as it likes.</summary>
    void Progressed(StageProgressed progress);

    /// <summary>The stage at work lives, between two reports or where it has no steps to report; as often as it likes.</summary>
    void Working();

    /// <summary>Something worth a line, such as which keys of an imported encoder were missing.</summary>
    void Noted(string run, string stage, string note);

    private sealed class SilentObserver : IStageObserver
    {
        public void Started(string run, string stage, long firstStep, long totalSteps, string facts) { }

        public void Progressed(StageProgressed progress) { }

        public void Working() { }

        public void Noted(string run, string stage, string note) { }
    }
}
