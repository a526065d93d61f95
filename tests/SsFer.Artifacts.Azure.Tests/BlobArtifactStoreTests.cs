using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Azure.Tests;

[Collection(MeasuresMemory.Name)]
[Trait("Category", "Slow")]
public sealed class BlobArtifactStoreTests(AzuriteFixture azurite) : ArtifactStoreContractTests
{
    private string? _connection;

    protected override string Connection => _connection ??= azurite.NextConnectionString();

    [Fact]
    public async Task Put_MeetingAnotherOfSeveralBlocks_IsOneOfThemOrSaysSo()
    {
        const int Length = (2 * BlockUpload.BlockSize) + 1;
        var store = Open();
        for (var round = 0; round < 5; round++)
        {
            var outcomes = await Task.WhenAll(
                ((byte[])[1, 2, 3]).Select(async writer =>
                {
                    var content = new byte[Length];
                    Array.Fill(content, writer);
                    return await Record.ExceptionAsync(() => store.PutAsync("runs/shared", new MemoryStream(content), Token));
                })
            );
            Assert.Contains(null, outcomes);
            Assert.All(outcomes, fault => Assert.True(fault is null or ArtifactUnavailableException, fault?.ToString()));
            var seen = (await store.TryReadAsync("runs/shared", Token))!.Content;
            Assert.Equal(Length, seen.Length);
            Assert.False(seen.Span.ContainsAnyExcept(seen.Span[0]), "the blocks of two writers are mixed");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(BlockUpload.BlockSize - 1)]
    [InlineData(BlockUpload.BlockSize)]
    [InlineData(BlockUpload.BlockSize + 1)]
    [InlineData(3 * BlockUpload.BlockSize)]
    public async Task Put_LengthsAroundABlock_KeepEveryByte(int length)
    {
        using var source = new SourceStream(length);
        await Open().PutAsync("runs/one", source, Token);
        var seen = (await Open().TryReadAsync("runs/one", Token))!.Content;
        Assert.Equal(length, seen.Length);
        for (var position = 0; position < length; position += 1000)
        {
            Assert.Equal(SourceStream.ByteAt(position), seen.Span[position]);
        }
    }

    [Fact]
    public async Task Container_ThatNoContainerCanBeCalled_IsRefusedNamingThePath()
    {
        var fault = await Assert.ThrowsAsync<ArtifactException>(() => PutAsync(Open(), "Runs_/one", "content"));
        Assert.Contains("Runs_/one", fault.Message, StringComparison.Ordinal);
    }

    protected override IArtifactStore Open() => new BlobArtifactStore(BlobConnection.Open(Connection));

    protected override void Dispose(bool disposing) { }
}
