using System.Globalization;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>Writers that meet, writes that break off, and content larger than memory should hold.</summary>
public abstract partial class ArtifactStoreContractTests
{
    [Fact]
    public async Task PutIfAbsent_ManyTasksAndInstances_OneWins()
    {
        for (var round = 0; round < 5; round++)
        {
            var path = $"runs/{round}/spec.json";
            var tags = await Task.WhenAll(
                Enumerable
                    .Range(0, 32)
                    .Select(writer =>
                    {
                        var store = Open();
                        return Task.Run(() => store.TryPutIfAbsentAsync(path, BitConverter.GetBytes(writer), Token), Token);
                    })
            );
            var winner = Assert.Single(Enumerable.Range(0, tags.Length), writer => tags[writer] is not null);
            Assert.Equal(winner, BitConverter.ToInt32((await Open().TryReadAsync(path, Token))!.Content.Span));
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task PutIfMatch_ManyTasksAndInstances_NoUpdateIsLost()
    {
        const int Writers = 12,
            Updates = 8;
        await PutAsync(Open(), Name, "0");
        var shared = Open();
        await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(writer =>
                {
                    var store = writer % 2 == 0 ? shared : Open();
                    return Task.Run(() => IncrementAsync(store, Updates), Token);
                })
        );
        Assert.Equal(Writers * Updates, int.Parse(Text(await Open().TryReadAsync(Name, Token)), CultureInfo.InvariantCulture));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public Task Put_LargeStream_UsesConstantMemoryBothWays() => StreamBothWaysAsync(64L << 20);

    [Fact]
    [Trait("Category", "Slow")]
    public Task Put_HalfAGibibyte_UsesConstantMemoryBothWays() => StreamBothWaysAsync(1L << 29);

    private async Task StreamBothWaysAsync(long length)
    {
        const long Allowed = 16L << 20,
            AllowedOfProcess = 160L << 20;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var processBefore = Environment.WorkingSet;
        long most = 0,
            mostOfProcess = 0;
        void Measure(long position)
        {
            if (position % (8 << 20) == 0)
            {
                mostOfProcess = Math.Max(mostOfProcess, Environment.WorkingSet - processBefore);
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        using var source = new SourceStream(length, Measure);
        await Open().PutAsync("checkpoints/large.bin", source, Token);
        await using (var stored = await Open().OpenReadAsync("checkpoints/large.bin", Token))
        {
            var buffer = new byte[1 << 20];
            for (long position = 0; position < length; position += buffer.Length)
            {
                Measure(position);
                await stored.ReadExactlyAsync(buffer, Token);
                Assert.Equal(SourceStream.ByteAt(position), buffer[0]);
                Assert.Equal(SourceStream.ByteAt(position + buffer.Length - 1), buffer[^1]);
            }

            Assert.Equal(0, await stored.ReadAsync(buffer, Token));
        }

        Assert.InRange(most, 0, Allowed);
        Assert.InRange(mostOfProcess, long.MinValue, AllowedOfProcess);
    }

    [Fact]
    public async Task Put_FailingSource_KeepsOldContentAndLeavesNoTrace()
    {
        await PutAsync(Open(), Name, "old");
        using var source = new SourceStream(8 << 20, position =>
        {
            if (position > 5 << 20)
            {
                throw new IOException("the source broke");
            }
        });
        var fault = await Assert.ThrowsAsync<IOException>(() => Open().PutAsync(Name, source, Token));
        Assert.Equal("the source broke", fault.Message);
        Assert.Equal("old", Text(await Open().TryReadAsync(Name, Token)));
        Assert.Equal([Name], await ListAsync(Open(), ""));
    }

    [Fact]
    public async Task Put_CancelledOnTheWay_KeepsOldContent()
    {
        await PutAsync(Open(), Name, "old");
        using var cancellation = new CancellationTokenSource();
        using var source = new SourceStream(8 << 20, position =>
        {
            if (position > 5 << 20)
            {
                cancellation.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().PutAsync(Name, source, cancellation.Token));
        Assert.Equal("old", Text(await Open().TryReadAsync(Name, Token)));
    }

    [Fact]
    public async Task Reads_WhileContentIsReplaced_SeeOneContentOrTheOther()
    {
        var contents = new[] { Enumerable.Repeat((byte)'a', 700_000).ToArray(), Enumerable.Repeat((byte)'b', 300_000).ToArray() };
        await Open().PutAsync(Name, new MemoryStream(contents[0]), Token);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable
            .Range(0, 2)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        var store = Open();
                        var reads = 0;
                        while (!done.IsCancellationRequested || reads < 3)
                        {
                            var seen = (await store.TryReadAsync(Name, Token))!.Content;
                            Assert.True(
                                seen.Span.SequenceEqual(contents[0]) || seen.Span.SequenceEqual(contents[1]),
                                $"a read saw {seen.Length} torn bytes"
                            );
                            reads++;
                        }
                    },
                    Token
                )
            )
            .ToArray();
        for (var write = 1; write <= 30; write++)
        {
            await Open().PutAsync(Name, new MemoryStream(contents[write % 2]), Token);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    private static async Task IncrementAsync(IArtifactStore store, int times)
    {
        for (var done = 0; done < times; )
        {
            var read = await store.TryReadAsync(Name, Token);
            var next = (int.Parse(Text(read), CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
            var tag = await store.TryPutIfMatchAsync(Name, System.Text.Encoding.UTF8.GetBytes(next), read!.ETag, Token);
            done += tag is null ? 0 : 1;
        }
    }
}
