using System.Threading.Channels;

namespace SsFer.ServiceDefaults;

/// <summary>Wakes a background worker that otherwise looks at intervals. Any number of calls while it is busy are one.</summary>
public sealed class WakeSignal(TimeProvider time)
{
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public void Wake() => _calls.Writer.TryWrite(true);

    /// <summary>Returns when somebody called, or after <paramref name="atMost"/>.</summary>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _calls.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look.
        }
    }
}
