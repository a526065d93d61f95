using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SsFer.Artifacts;

/// <summary>Work on many items at once with results in the order of the items and a fixed number of them in memory.</summary>
public static class OrderedParallel
{
    /// <summary>
    /// Runs <paramref name="work"/> on the thread pool for at most about <paramref name="parallelism"/> items at a time.
    /// The first exception, of the items or of the work, ends the sequence; leaving it early stops reading and waits for work under way.
    /// </summary>
    public static async IAsyncEnumerable<TResult> SelectOrderedAsync<T, TResult>(
        this IAsyncEnumerable<T> items,
        int parallelism,
        Func<T, TResult> work,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        // A slot is taken when an item's work is queued and given back when its result is handed over: the channel of tasks is the bound.
        var underWay = Channel.CreateBounded<Task<TResult>>(parallelism);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(stop.Token);
        try
        {
            await foreach (var task in underWay.Reader.ReadAllAsync(cancellationToken))
            {
                yield return await task;
            }

            await reading;
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (underWay.Reader.TryRead(out var task))
            {
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        async Task ReadAsync(CancellationToken stopped)
        {
            Exception? fault = null;
            try
            {
                await foreach (var item in items.WithCancellation(stopped))
                {
                    await underWay.Writer.WaitToWriteAsync(stopped);
                    underWay.Writer.TryWrite(Task.Run(() => work(item), stopped));
                }
            }
            catch (Exception e)
            {
                fault = e;
                throw;
            }
            finally
            {
                underWay.Writer.Complete(fault);
            }
        }
    }
}
