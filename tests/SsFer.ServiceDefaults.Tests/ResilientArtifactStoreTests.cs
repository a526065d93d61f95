using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.ServiceDefaults.Tests;

public sealed class ResilientArtifactStoreTests : IDisposable
{
    private const string Path = "runs/one/spec.json";
    private readonly ScriptedStore _script = new();
    private readonly StoreResilienceOptions _options = new() { FirstPause = TimeSpan.Zero, Retries = 3 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Exception> PassingFaults =>
        [
            new IOException("reset"),
            new TimeoutException("slow"),
            new HttpRequestException("refused"),
            new ArtifactUnavailableException(Path, "busy"),
        ];

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task Read_PassingFaults_AreTriedAgain(Exception fault)
    {
        await _script.Inner.TryPutIfAbsentAsync(Path, Bytes("kept"), Token);
        _script.Fail(fault, fault, fault);

        var document = await Store().TryReadAsync(Path, Token);

        Assert.Equal("kept", Encoding.UTF8.GetString(document!.Content.Span));
        Assert.Equal(4, _script.Calls);
    }

    [Fact]
    public async Task Read_FaultsWithoutEnd_EndAsUnavailableAndNameThePath()
    {
        _script.Fail([.. Enumerable.Range(0, 10).Select(_ => new IOException("cable cut"))]);

        var fault = await Assert.ThrowsAsync<ArtifactUnavailableException>(() => Store().TryReadAsync(Path, Token));

        Assert.Contains(Path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("cable cut", fault.Message, StringComparison.Ordinal);
        Assert.Equal(_options.Retries + 1, _script.Calls);
    }

    [Fact]
    public async Task Open_NothingStored_IsNotTriedAgain()
    {
        await Assert.ThrowsAsync<ArtifactNotFoundException>(() => Store().OpenReadAsync(Path, Token));

        Assert.Equal(1, _script.Calls);
    }

    [Fact]
    public async Task Read_StoreHangs_EndsWithinTheTotalTime()
    {
        var time = new FakeTimeProvider();
        _options.Retries = 100;
        _options.AttemptTimeout = TimeSpan.FromSeconds(2);
        _options.TotalTimeout = TimeSpan.FromSeconds(20);
        _script.Delay = token =>
        {
            var hanging = Task.Delay(Timeout.InfiniteTimeSpan, token);
            time.Advance(_options.AttemptTimeout);
            return hanging;
        };

        await Assert.ThrowsAsync<ArtifactUnavailableException>(() =>
            Store(time).TryReadAsync(Path, Token).WaitAsync(TimeSpan.FromMinutes(1), Token)
        );

        Assert.Equal(10, _script.Calls);
    }

    [Fact]
    public async Task Read_CallerCancels_IsACancellation()
    {
        using var stop = new CancellationTokenSource();
        _script.Delay = async token =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store().TryReadAsync(Path, stop.Token));

        Assert.Equal(1, _script.Calls);
    }

    [Fact]
    public async Task PutIfAbsent_AnswerLost_IsKnownAsOwn()
    {
        _script.LoseAnswer(new IOException("reset"));

        var tag = await Store().TryPutIfAbsentAsync(Path, Bytes("mine"), Token);

        Assert.Equal((await _script.Inner.TryReadAsync(Path, Token))!.ETag, tag);
    }

    [Fact]
    public async Task PutIfMatch_AnswerLost_IsKnownAsOwn()
    {
        var first = await _script.Inner.TryPutIfAbsentAsync(Path, Bytes("first"), Token);
        _script.LoseAnswer(new IOException("reset"));

        var tag = await Store().TryPutIfMatchAsync(Path, Bytes("second"), first!, Token);

        Assert.Equal((await _script.Inner.TryReadAsync(Path, Token))!.ETag, tag);
        Assert.NotEqual(first, tag);
    }

    [Fact]
    public async Task PutIfMatch_AnswerLostAndAnotherWroteSince_IsNotOwn()
    {
        var first = await _script.Inner.TryPutIfAbsentAsync(Path, Bytes("first"), Token);
        _script.Meanwhile = async () =>
        {
            var mine = await _script.Inner.TryReadAsync(Path, Token);
            Assert.NotNull(await _script.Inner.TryPutIfMatchAsync(Path, Bytes("another's"), mine!.ETag, Token));
        };
        _script.LoseAnswer(new IOException("reset"));

        Assert.Null(await Store().TryPutIfMatchAsync(Path, Bytes("second"), first!, Token));
        Assert.Equal("another's", Encoding.UTF8.GetString((await _script.Inner.TryReadAsync(Path, Token))!.Content.Span));
    }

    [Fact]
    public async Task PutIfAbsent_EqualContentWithoutAFault_BelongsToWhoWroteIt()
    {
        await _script.Inner.TryPutIfAbsentAsync(Path, Bytes("same"), Token);

        Assert.Null(await Store().TryPutIfAbsentAsync(Path, Bytes("same"), Token));
    }

    [Fact]
    public async Task List_BrokenOff_GoesOnWithoutGapsOrRepetitions()
    {
        string[] paths = [.. Enumerable.Range(0, 7).Select(index => $"runs/{index}/spec.json")];
        foreach (var path in paths)
        {
            await _script.Inner.TryPutIfAbsentAsync(path, Bytes("x"), Token);
        }

        _script.BreakListingAfter = 3;

        var listed = await Store().ListAsync("runs/", Token).Select(artifact => artifact.Path).ToListAsync(Token);

        Assert.Equal(paths, listed);
        Assert.Equal(2, _script.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Put_FailsHalfWay_StoresTheWholeContentAtLast(bool seekable)
    {
        using var memory = new MemoryStream(Encoding.UTF8.GetBytes("the whole content"));
        _script.Fail(new IOException("reset"), new IOException("reset"));

        await Store().PutAsync(Path, seekable ? memory : PipeReader.Create(memory).AsStream(), Token);

        Assert.Equal("the whole content", Encoding.UTF8.GetString((await _script.Inner.TryReadAsync(Path, Token))!.Content.Span));
        Assert.Empty(Directory.Exists(_script.Scratch) ? Directory.GetFiles(_script.Scratch) : []);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task List_ManyWritersUnderInjectedFaults_HoldsEveryEntryOnce(int seed)
    {
        const int Writers = 4,
            Entries = 15;
        var faulty = new FaultInjectingArtifactStore(
            _script.Inner,
            new FaultInjectionOptions
            {
                Enabled = true,
                FailureRate = 0.2,
                LostAnswerRate = 0.3,
                Seed = seed,
            }
        );
        var store = new ResilientArtifactStore(
            faulty,
            new StoreResilienceOptions { FirstPause = TimeSpan.Zero, Retries = 100 },
            _script.Scratch,
            TimeProvider.System,
            NullLogger<ResilientArtifactStore>.Instance
        );
        await store.TryPutIfAbsentAsync(Path, Bytes("begin"), Token);

        await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(async writer =>
                {
                    for (var entry = 0; entry < Entries; entry++)
                    {
                        while (true)
                        {
                            // Null can mean that our entry was written, its answer lost, and another writer built on it: who is
                            // refused looks, as a claim does.
                            var (content, tag) = (await store.TryReadAsync(Path, Token))!;
                            if (
                                Lines(content).Contains($"{writer}.{entry}")
                                || await store.TryPutIfMatchAsync(
                                    Path,
                                    Bytes($"{Encoding.UTF8.GetString(content.Span)}\n{writer}.{entry}"),
                                    tag,
                                    Token
                                )
                                    is not null
                            )
                            {
                                break;
                            }
                        }
                    }
                })
        );

        var lines = Lines((await _script.Inner.TryReadAsync(Path, Token))!.Content);
        Assert.Equal((Writers * Entries) + 1, lines.Length);
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    public void Dispose() => _script.Dispose();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string[] Lines(ReadOnlyMemory<byte> content) => Encoding.UTF8.GetString(content.Span).Split('\n');

    private ResilientArtifactStore Store(TimeProvider? time = null) =>
        new(_script, _options, _script.Scratch, time ?? TimeProvider.System, NullLogger<ResilientArtifactStore>.Instance);
}
