using SsFer.Artifacts.Checkpoints;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Runs;

namespace SsFer.Artifacts.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private const string Weights = "weights.safetensors";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteThenOpen_SeveralFiles_GivesTheSameBytes()
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();

        var pointer = await bench.WriteCheckpointAsync(claim, 40, "hello");

        Assert.Equal("checkpoints/bench/pretrain/1-40", pointer.Folder);
        Assert.Equal(["state.json", Weights], pointer.Files.Select(file => file.Name));
        const string HashOfHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        Assert.Equal(new StoredFile(Weights, HashOfHello, 5), pointer.Files[1]);
        Assert.Equal("hello", await ReadAsync(bench.Store, pointer));
        await using var product = await new CheckpointReader(bench.Store).OpenAsync(StageArtifact.From(pointer), Weights, Token);
        Assert.Equal(5, product.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_StoreThatCannotSeek_VerifiesAllTheSame(bool damaged)
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var pointer = await bench.WriteCheckpointAsync(claim, 1, "hello");
        bench.Store.Seekable = false;
        if (damaged)
        {
            await OverwriteAsync(bench.Store, pointer, "jello");
            await Assert.ThrowsAsync<CorruptArtifactException>(() => ReadAsync(bench.Store, pointer));
        }
        else
        {
            Assert.Equal("hello", await ReadAsync(bench.Store, pointer));
        }
    }

    [Theory]
    [InlineData("jello", "SHA-256")]
    [InlineData("hell", "4 bytes instead of 5")]
    [InlineData(null, "gone")]
    public async Task Open_FileDamaged_IsRefusedByNameAndWithTheCure(string? content, string expected)
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var pointer = await bench.WriteCheckpointAsync(claim, 40, "hello");
        await OverwriteAsync(bench.Store, pointer, content);

        var error = await Assert.ThrowsAsync<CorruptArtifactException>(() => ReadAsync(bench.Store, pointer));

        Assert.Contains("'checkpoints/bench/pretrain/1-40/weights.safetensors'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("--run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FileTheCheckpointHasNot_NamesThoseItHas()
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var pointer = await bench.WriteCheckpointAsync(claim, 1);

        var error = await Assert.ThrowsAsync<CorruptArtifactException>(() =>
            new CheckpointReader(bench.Store).OpenAsync(pointer, "teacher.safetensors", Token)
        );

        Assert.Contains("no file 'teacher.safetensors': it has state.json, weights.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_StepThatAlreadyCounts_NeverWritesOverIt()
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var counted = await bench.WriteCheckpointAsync(claim, 40, "first");
        Assert.True(await claim.SaveCheckpointAsync(counted, Token));

        var again = await bench.WriteCheckpointAsync(claim, 40, "second");

        Assert.Same(counted, again);
        Assert.Equal("first", await ReadAsync(bench.Store, counted));
    }

    [Fact]
    public async Task Write_ProducerFails_ThrowsItsFaultAndStoresNoPart()
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();

        var error = await Assert.ThrowsAsync<PermanentStageException>(() => WriteAsync(bench.Store, claim, async (stream, token) =>
            {
                await stream.WriteAsync(new byte[3 << 20], token);
                throw new PermanentStageException("weight 'head.bias' is not finite");
            }));

        Assert.Equal("weight 'head.bias' is not finite", error.Message);
        Assert.False(await bench.Store.ExistsAsync(claim.Paths.File(1, Weights), Token));
    }

    [Fact]
    public async Task Write_StoreIsFull_SaysSoAndStopsTheProducer()
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        bench.Store.BeforeStream = (path, _) => throw new StorageFullException(path);
        var stopped = false;

        await Assert.ThrowsAsync<StorageFullException>(() => WriteAsync(bench.Store, claim, async (stream, token) =>
            {
                try
                {
                    while (true)
                    {
                        await stream.WriteAsync(new byte[1 << 16], token);
                    }
                }
                finally
                {
                    stopped = true;
                }
            }));

        Assert.True(stopped);
    }

    [Fact]
    public async Task Write_SynchronousProducerOfMoreThanTheBuffer_IsStreamed()
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        var block = new byte[1 << 20];

        var pointer = await WriteAsync(bench.Store, claim, (stream, _) =>
        {
            for (var i = 0; i < 16; i++)
            {
                stream.Write(block);
            }

            return Task.CompletedTask;
        });

        Assert.Equal(16L << 20, pointer.Files[0].Length);
        await using var opened = await new CheckpointReader(bench.Store).OpenAsync(pointer, Weights, Token);
        Assert.Equal(16L << 20, opened.Length);
    }

    [Fact]
    public async Task Write_Cancelled_IsNoSuccess()
    {
        using var bench = await StageBench.WithRunAsync();
        await using var claim = await bench.ClaimAsync();
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            WriteAsync(
                bench.Store,
                claim,
                async (stream, token) =>
                {
                    await stream.WriteAsync(new byte[1 << 16], token);
                    await cancel.CancelAsync();
                    await Task.Delay(Timeout.Infinite, token);
                },
                cancel.Token
            )
        );

        Assert.False(await bench.Store.ExistsAsync(claim.Paths.File(1, Weights), Token));
    }

    private static Task<CheckpointPointer> WriteAsync(
        ObservedStore store,
        StageClaim claim,
        Func<Stream, CancellationToken, Task> content,
        CancellationToken? token = null
    ) =>
        new CheckpointWriter(store).WriteAsync(
            claim,
            1,
            new Dictionary<string, Func<Stream, CancellationToken, Task>> { [Weights] = content },
            metrics: null,
            token ?? Token
        );

    private static async Task<string> ReadAsync(ObservedStore store, CheckpointPointer pointer)
    {
        await using var stream = await new CheckpointReader(store).OpenAsync(pointer, Weights, Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    private static Task OverwriteAsync(ObservedStore store, CheckpointPointer pointer, string? content)
    {
        var path = $"{pointer.Folder}/{Weights}";
        return content is null
            ? store.DeleteAsync(path, Token)
            : store.PutAsync(path, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)), Token);
    }
}
