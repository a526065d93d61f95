namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>Waits for what processes do in their own time.</summary>
internal static class Patience
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Longer than anything here takes on a busy machine; only a test that fails waits for so long.</summary>
    public static TimeSpan Long { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="what">For the message: what is awaited.</param>
    /// <param name="ask">Null means not yet.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="TimeoutException">There is none within <see cref="Long"/>.</exception>
    public static async Task<T> UntilAsync<T>(string what, Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Long);
        try
        {
            while (true)
            {
                if (await ask(patience.Token) is { } answer)
                {
                    return answer;
                }

                await Task.Delay(Pause, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"waited {Long.TotalMinutes} minutes in vain: {what}");
        }
    }
}
