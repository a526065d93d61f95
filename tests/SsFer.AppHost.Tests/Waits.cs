namespace SsFer.AppHost.Tests;

/// <summary>Waits for what a whole system does in its own time.</summary>
internal static class Waits
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer than anything here takes on a busy machine; only a test that fails waits for so long.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Asks until it is so; a service that does not listen yet has said no.</summary>
    /// <exception cref="TimeoutException">It is not so within <see cref="Patience"/>.</exception>
    public static async Task UntilAsync(string what, Func<CancellationToken, Task<bool>> ask)
    {
        var token = TestContext.Current.CancellationToken;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        try
        {
            while (!await AskAsync(ask, patience.Token))
            {
                await Task.Delay(Pause, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new TimeoutException($"waited {Patience.TotalMinutes} minutes in vain until {what}");
        }
    }

    private static async Task<bool> AskAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return false;
        }
        // Aspire's proxy takes a request before the service listens, and may never answer it.
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
