using System.Diagnostics;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Storage;
using static SsFer.Artifacts.Azure.Tests.FaultyTransport;

namespace SsFer.Artifacts.Azure.Tests;

[Trait("Category", "Slow")]
public sealed class BlobFaultTests(AzuriteFixture azurite)
{
    private const string Name = "runs/one";
    private const int ForEver = int.MaxValue;
    private string? _connection;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Connection => _connection ??= azurite.NextConnectionString();

    [Fact]
    public async Task ConditionalWrites_WhoseAnswerIsLost_AreStillTheirs()
    {
        await Calm().PutAsync("runs/other", new MemoryStream(), Token); // the container
        var absent = await Patient(new Fault(FaultKind.AnswerLost, 1, HttpMethod.Put)).TryPutIfAbsentAsync(Name, "1"u8.ToArray(), Token);
        Assert.Equal((await Calm().TryReadAsync(Name, Token))!.ETag, absent);
        var match = await Patient(new Fault(FaultKind.AnswerLost, 1, HttpMethod.Put))
            .TryPutIfMatchAsync(Name, "2"u8.ToArray(), absent!, Token);
        Assert.Equal((await Calm().TryReadAsync(Name, Token))!.ETag, match);
        Assert.NotEqual(absent, match);
    }

    [Fact]
    public async Task ConditionalWrites_WhoseAnswerIsLostAndContentOverwritten_AreAnothers()
    {
        var tag = await Calm().TryPutIfAbsentAsync(Name, "1"u8.ToArray(), Token);
        Assert.NotNull(await Calm().TryPutIfMatchAsync(Name, "2"u8.ToArray(), tag!, Token));
        Assert.Null(await Calm().TryPutIfMatchAsync(Name, "2"u8.ToArray(), tag!, Token));
        Assert.Null(await Calm().TryPutIfAbsentAsync(Name, "2"u8.ToArray(), Token));
    }

    [Fact]
    public async Task Put_OneAnswerLostOfSeveral_IsRepeatedUnseen()
    {
        var content = new byte[(2 * BlockUpload.BlockSize) + 7];
        new Random(1).NextBytes(content);
        await Calm().PutAsync("runs/other", new MemoryStream(), Token);
        await Through(new Fault(FaultKind.AnswerLost, 2, HttpMethod.Put)).PutAsync(Name, new MemoryStream(content), Token);
        Assert.True((await Calm().TryReadAsync(Name, Token))!.Content.Span.SequenceEqual(content));
    }

    [Fact]
    public async Task Requests_OfABusyStore_AreMadeOnce_AndBlocksOfAnUploadAgain()
    {
        await Calm().PutAsync(Name, new MemoryStream(), Token);

        Assert.Equal(1, await HitsAsync(HttpMethod.Get, store => store.TryReadAsync(Name, Token)));
        Assert.Equal(1, await HitsAsync(HttpMethod.Put, store => store.TryPutIfMatchAsync(Name, new byte[1], "\"tag\"", Token)));
        Assert.Equal(1, await HitsAsync(HttpMethod.Put, store => store.PutAsync(Name, new MemoryStream([1]), Token)));
        // Of the two blocks that are sent at a time, the first to be given up stops the other.
        Assert.InRange(
            await HitsAsync(HttpMethod.Put, store => store.PutAsync(Name, new MemoryStream(new byte[2 * BlockUpload.BlockSize]), Token)),
            3,
            6
        );
    }

    [Theory]
    [InlineData(nameof(FaultKind.AnswerLost))]
    [InlineData(nameof(FaultKind.Silence))]
    [InlineData(nameof(FaultKind.Busy))]
    public async Task Requests_OfAStoreThatFailsForLong_SayUnavailableInTime(string kind)
    {
        await Calm().TryPutIfAbsentAsync(Name, "old"u8.ToArray(), Token);
        IArtifactStore Failing(HttpMethod method) =>
            Through(new Fault(Enum.Parse<FaultKind>(kind), ForEver, method), TimeSpan.FromMilliseconds(300));
        var started = Stopwatch.GetTimestamp();

        await AssertUnavailableAsync(() => Failing(HttpMethod.Get).TryReadAsync(Name, Token));
        await AssertUnavailableAsync(() => Failing(HttpMethod.Get).OpenReadAsync(Name, Token));
        await AssertUnavailableAsync(() => Failing(HttpMethod.Head).ExistsAsync(Name, Token));
        await AssertUnavailableAsync(() => Failing(HttpMethod.Put).PutAsync("runs/two", new MemoryStream([1]), Token));
        await AssertUnavailableAsync(() => Failing(HttpMethod.Put).PutAsync("runs/two", new MemoryStream(new byte[9 << 20]), Token));
        await AssertUnavailableAsync(() => Failing(HttpMethod.Put).TryPutIfMatchAsync("runs/two", new byte[1], "tag", Token));
        await AssertUnavailableAsync(() => Failing(HttpMethod.Get).ListAsync("runs/", Token).FirstOrDefaultAsync(Token).AsTask());
        await AssertUnavailableAsync(() => Failing(HttpMethod.Get).ListAsync("", Token).FirstOrDefaultAsync(Token).AsTask());
        await AssertUnavailableAsync(() => Failing(HttpMethod.Delete).DeleteAsync("runs/two", Token));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(45));
        Assert.Equal("old"u8.ToArray(), (await Calm().TryReadAsync(Name, Token))!.Content.ToArray());
    }

    [Fact]
    public async Task Read_ThatBreaksOff_GoesOnWhereItWas_AndForGoodSaysUnavailable()
    {
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        await Calm().PutAsync(Name, new MemoryStream(content), Token);

        using var copy = new MemoryStream();
        await using (var once = await Through(new Fault(FaultKind.TornBody, 1, HttpMethod.Get)).OpenReadAsync(Name, Token))
        {
            await once.CopyToAsync(copy, Token);
        }

        Assert.Equal(content, copy.ToArray());
        await using var torn = await Through(new Fault(FaultKind.TornBody, ForEver, HttpMethod.Get)).OpenReadAsync(Name, Token);
        await AssertUnavailableAsync(() => torn.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task Cancellation_WhileTheStoreIsSilent_IsACancellation()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var store = Through(new Fault(FaultKind.Silence, ForEver, HttpMethod.Get));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.TryReadAsync(Name, cancellation.Token));
    }

    [Fact]
    public async Task WrongKey_SaysWhereToLook()
    {
        var key = Convert.ToBase64String(new byte[64]);
        var store = Open(
            string.Join(
                ';',
                Connection.Split(';').Select(part => part.StartsWith("AccountKey=", StringComparison.Ordinal) ? $"AccountKey={key}" : part)
            )
        );
        var fault = await Assert.ThrowsAsync<StoreAccessException>(() => store.TryReadAsync(Name, Token));
        Assert.Contains("ConnectionStrings:blobs", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=a")]
    [InlineData("ftp://somewhere/account")]
    public void Connection_ThatIsNone_IsRefusedWithoutRepeatingIt(string connection)
    {
        var fault = Assert.Throws<ArtifactException>(() => BlobConnection.Open(connection));
        Assert.Contains("ConnectionStrings:blobs", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(connection, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_AsUriWithSignature_Opens()
    {
        var account = BlobConnection.Open(Connection);
        var uri = account.GenerateAccountSasUri(
            global::Azure.Storage.Sas.AccountSasPermissions.All,
            TimeProvider.System.GetUtcNow().AddHours(1),
            global::Azure.Storage.Sas.AccountSasResourceTypes.All
        );
        await Open(uri.ToString()).PutAsync(Name, new MemoryStream([1]), Token);
        Assert.True(await Calm().ExistsAsync(Name, Token));
    }

    private static async Task AssertUnavailableAsync(Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<ArtifactUnavailableException>(call);
        Assert.DoesNotContain('\n', fault.Message);
    }

    private static BlobArtifactStore Open(string connection) => new(BlobConnection.Open(connection));

    private BlobArtifactStore Calm() => Open(Connection);

    /// <summary>How many requests of a call a store that is busy for ever turns away.</summary>
    private async Task<int> HitsAsync(HttpMethod method, Func<IArtifactStore, Task> call)
    {
        var transport = new FaultyTransport(new Fault(FaultKind.Busy, ForEver, method));
        await AssertUnavailableAsync(() => call(Through(transport)));
        return transport.Hits;
    }

    /// <summary>As services use a store: it tries again.</summary>
    private ResilientArtifactStore Patient(Fault fault) =>
        new(
            Through(fault),
            new StoreResilienceOptions { FirstPause = TimeSpan.FromMilliseconds(10) },
            new CacheSpace(Path.GetTempPath()),
            TimeProvider.System,
            NullLogger<ResilientArtifactStore>.Instance
        );

    private BlobArtifactStore Through(Fault fault, TimeSpan? networkTimeout = null) => Through(new FaultyTransport(fault), networkTimeout);

    private BlobArtifactStore Through(FaultyTransport transport, TimeSpan? networkTimeout = null)
    {
        var options = new BlobClientOptions { Transport = transport.Transport };
        BlobConnection.Configure(options);
        options.Retry.NetworkTimeout = networkTimeout ?? options.Retry.NetworkTimeout;
        return new BlobArtifactStore(new BlobServiceClient(Connection, options));
    }
}
