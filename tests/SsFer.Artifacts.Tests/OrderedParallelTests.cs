using System.Runtime.CompilerServices;

namespace SsFer.Artifacts.Tests;

public sealed class OrderedParallelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SelectOrdered_UnevenWork_KeepsTheOrder()
    {
        var results = new List<int>();
        await foreach (var result in Numbers(500, () => { }, Token).SelectOrderedAsync(4, Uneven, Token))
        {
            results.Add(result);
        }

        Assert.Equal(Enumerable.Range(0, 500), results);

        static int Uneven(int i)
        {
            Thread.SpinWait(i % 7 * 1000);
            return i;
        }
    }

    [Fact]
    public async Task SelectOrdered_SlowConsumer_ReadsOnlyAFewAhead()
    {
        var (read, taken, furthest) = (0, 0, 0);
        await foreach (var _ in Numbers(200, () => Interlocked.Increment(ref read), Token).SelectOrderedAsync(4, i => i, Token))
        {
            taken++;
            await Task.Yield();
            furthest = Math.Max(furthest, Volatile.Read(ref read) - taken);
        }

        Assert.InRange(furthest, 0, 6);
    }

    [Fact]
    public async Task SelectOrdered_WorkThatThrows_EndsWithItsException()
    {
        var results = new List<int>();

        var error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (
                var result in Numbers(100, () => { }, Token)
                    .SelectOrderedAsync(4, i => i == 10 ? throw new InvalidDataException("ten") : i, Token)
            )
            {
                results.Add(result);
            }
        });

        Assert.Equal("ten", error.Message);
        Assert.Equal(Enumerable.Range(0, 10), results);
    }

    [Fact]
    public async Task SelectOrdered_SourceThatThrows_EndsWithItsException() =>
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var _ in Numbers(100, () => throw new InvalidDataException(), Token).SelectOrderedAsync(4, i => i, Token)) { }
        });

    [Fact]
    public async Task SelectOrdered_Cancelled_Ends()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var i in Numbers(int.MaxValue, () => { }, Token).SelectOrderedAsync(4, i => i, stop.Token))
            {
                if (i == 20)
                {
                    await stop.CancelAsync();
                }
            }
        });
    }

    [Fact]
    public async Task SelectOrdered_LeftEarly_StopsReading()
    {
        var read = 0;
        await foreach (var i in Numbers(int.MaxValue, () => read++, Token).SelectOrderedAsync(4, i => i, Token))
        {
            if (i == 5)
            {
                break;
            }
        }

        Assert.InRange(read, 6, 20);
    }

    private static async IAsyncEnumerable<int> Numbers(
        int count,
        Action onRead,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            onRead();
            yield return i;
            await Task.Yield();
        }
    }
}
