using SsFer.Inference.Candidates;

namespace SsFer.Inference.Tests.Candidates;

/// <summary>What happens to a model while it is asked.</summary>
internal static class AskedModels
{
    /// <summary>Asks as the service does, after the test has had its way with the model.</summary>
    /// <param name="disturb">Gets the model's id and the clock of its phases.</param>
    public static AskModel After(Func<string, PhaseClock, CancellationToken, Task> disturb) =>
        async (lease, question, clock, cancellationToken) =>
        {
            await disturb(lease.Pipeline.Model.Description.Id, clock, cancellationToken);
            return await MeasuredAnswers.AskAsync(lease, question, clock, cancellationToken);
        };

    /// <summary>One model throws.</summary>
    public static AskModel Throwing(string model) =>
        After((asked, _, _) => asked == model ? throw new InvalidOperationException("the graph cannot be run") : Task.CompletedTask);
}
