namespace SsFer.Inference.Tests;

internal static class Waits
{
    /// <summary>Looks until it is so; a minute at most.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!isSo())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
