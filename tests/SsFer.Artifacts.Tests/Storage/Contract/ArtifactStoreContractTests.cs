using CsCheck;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>What every store promises. A store's own test class inherits these.</summary>
public abstract partial class ArtifactStoreContractTests : IDisposable
{
    private const string Name = "runs/one/spec.json";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A new instance on the same storage, as another process would have it.</summary>
    protected abstract IArtifactStore Open();

    /// <summary>By which another process finds the same storage: <c>folder:DIR</c> or a connection string.</summary>
    protected abstract string Connection { get; }

    [Fact]
    public async Task TryRead_NothingStored_ReturnsNull()
    {
        Assert.Null(await Open().TryReadAsync(Name, Token));
        Assert.False(await Open().ExistsAsync(Name, Token));
    }

    [Fact]
    public async Task OpenRead_NothingStored_ThrowsNamingThePath()
    {
        var fault = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => Open().OpenReadAsync(Name, Token));
        Assert.Equal(Name, fault.Path);
        Assert.Contains(Name, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_OfAFolder_AreNotArtifacts()
    {
        await PutAsync(Open(), Name, "content");
        Assert.Null(await Open().TryReadAsync("runs/one", Token));
        Assert.False(await Open().ExistsAsync("runs/one", Token));
    }

    [Fact]
    public async Task Put_Twice_ReplacesContentAndTag()
    {
        await PutAsync(Open(), Name, "old and longer");
        var old = await Open().TryReadAsync(Name, Token);
        await PutAsync(Open(), Name, "new");
        var now = await Open().TryReadAsync(Name, Token);
        Assert.Equal("old and longer", Text(old));
        Assert.Equal("new", Text(now));
        Assert.NotEqual(old!.ETag, now!.ETag);
        Assert.True(await Open().ExistsAsync(Name, Token));
    }

    [Fact]
    public async Task PutIfAbsent_Present_ReturnsNullAndKeepsContent()
    {
        Assert.NotNull(await Open().TryPutIfAbsentAsync(Name, "first"u8.ToArray(), Token));
        Assert.Null(await Open().TryPutIfAbsentAsync(Name, "second"u8.ToArray(), Token));
        Assert.Equal("first", Text(await Open().TryReadAsync(Name, Token)));
    }

    [Fact]
    public async Task PutIfMatch_TagsFromWritesAndReads_AreTheSame()
    {
        var written = await Open().TryPutIfAbsentAsync(Name, "1"u8.ToArray(), Token);
        Assert.Equal(written, (await Open().TryReadAsync(Name, Token))!.ETag);
        var replaced = await Open().TryPutIfMatchAsync(Name, "2"u8.ToArray(), written!, Token);
        Assert.Equal(replaced, (await Open().TryReadAsync(Name, Token))!.ETag);
    }

    [Fact]
    public async Task PutIfMatch_StaleTag_ReturnsNullAndKeepsContent()
    {
        var stale = await Open().TryPutIfAbsentAsync(Name, "1"u8.ToArray(), Token);
        await PutAsync(Open(), Name, "2");
        Assert.Null(await Open().TryPutIfMatchAsync(Name, "3"u8.ToArray(), stale!, Token));
        Assert.Equal("2", Text(await Open().TryReadAsync(Name, Token)));
    }

    [Fact]
    public async Task PutIfMatch_Deleted_ReturnsNullAndStaysDeleted()
    {
        var tag = await Open().TryPutIfAbsentAsync(Name, "1"u8.ToArray(), Token);
        await Open().DeleteAsync(Name, Token);
        Assert.Null(await Open().TryPutIfMatchAsync(Name, "2"u8.ToArray(), tag!, Token));
        Assert.False(await Open().ExistsAsync(Name, Token));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task List_AnyPathsAndPrefix_GivesThoseThatMatchInOrdinalOrder()
    {
        // Letters that sort before, at and after '/', so that the order of folders and that of paths differ.
        var segment = Gen.Char["-.0aB_"].Array[1, 3].Select(letters => new string(letters)).Where(name => name[0] != '.');
        var path = Gen.Select(Gen.Int[0, 999_999], segment, segment, segment, (test, a, b, c) => (a, b, c));
        var test = 0;
        var store = Open(); // outside the sample, which would take a skip for a failure
        await path.Array[1, 8]
            .SampleAsync(
                async parts =>
                {
                    var root = $"runs/{Interlocked.Increment(ref test)}/";
                    // A suffix keeps the name of a file from being that of a folder.
                    var paths = parts
                        .Select(part => $"{root}{part.a}/{part.b}/{part.c}.f")
                        .Concat(parts.Select(part => $"{root}{part.c}.f"))
                        .Distinct()
                        .Order(StringComparer.Ordinal)
                        .ToList();
                    foreach (var one in paths.AsEnumerable().Reverse())
                    {
                        await store.TryPutIfAbsentAsync(one, "content"u8.ToArray(), Token);
                    }

                    Assert.Equal(paths, await ListAsync(store, root));
                    var prefix = paths[0][..^3];
                    Assert.Equal(paths.Where(one => one.StartsWith(prefix, StringComparison.Ordinal)), await ListAsync(store, prefix));
                },
                iter: 40
            );
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("per%20cent%2F")]
    [InlineData("plus+and&question?hash#")]
    [InlineData("quote'\"`")]
    [InlineData("(brackets)[]{}<>")]
    [InlineData("ümläut.été.jpg")]
    [InlineData("表情.png")]
    [InlineData("smile-😀.png")]
    [InlineData("dot.")]
    [InlineData("colon:semi;comma,star*bar|")]
    [InlineData("~tilde$dollar=@!^")]
    public async Task Paths_WithSpecialCharacters_NameOneArtifactEach(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has file names of its own");
        var path = $"datasets/a {name}/{name}";
        await PutAsync(Open(), $"datasets/a {name}", "sibling");
        await Open().DeleteAsync($"datasets/a {name}", Token);
        await PutAsync(Open(), path, "streamed");
        var read = await Open().TryReadAsync(path, Token);
        Assert.Equal("streamed", Text(read));
        Assert.NotNull(await Open().TryPutIfMatchAsync(path, "replaced"u8.ToArray(), read!.ETag, Token));
        Assert.True(await Open().ExistsAsync(path, Token));
        Assert.Equal([path], await ListAsync(Open(), ""));
        Assert.Equal([path], await ListAsync(Open(), path));
        await Open().DeleteAsync(path, Token);
        Assert.Empty(await ListAsync(Open(), ""));
    }

    [Fact]
    public async Task List_SeveralContainers_IsInOrdinalOrderOfPaths()
    {
        // '-' is less than '/': the container that is longer comes first.
        string[] paths = ["models-old/a", "models/a", "runs-2/b", "runs/a/b", "runs/b"];
        foreach (var path in paths.Reverse())
        {
            await PutAsync(Open(), path, "content");
        }

        Assert.Equal(paths, await ListAsync(Open(), ""));
        Assert.Equal(paths[..2], await ListAsync(Open(), "mod"));
        Assert.Equal(paths[3..], await ListAsync(Open(), "runs/"));
    }

    [Fact]
    public async Task List_TellsLengths()
    {
        await PutAsync(Open(), Name, "seven b");
        var listed = new List<StoredArtifact>();
        await foreach (var artifact in Open().ListAsync("runs/", Token))
        {
            listed.Add(artifact);
        }

        Assert.Equal([new StoredArtifact(Name, 7)], listed);
    }

    [Fact]
    public async Task List_NothingStored_IsEmpty()
    {
        Assert.Empty(await ListAsync(Open(), "runs/none/"));
        Assert.Empty(await ListAsync(Open(), ""));
    }

    [Fact]
    public async Task Delete_AbsentOrTwice_IsNoError()
    {
        await Open().DeleteAsync(Name, Token);
        await PutAsync(Open(), Name, "content");
        await Open().DeleteAsync(Name, Token);
        await Open().DeleteAsync(Name, Token);
        Assert.False(await Open().ExistsAsync(Name, Token));
        Assert.Empty(await ListAsync(Open(), "runs/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("alone")]
    [InlineData("/runs/one")]
    [InlineData("runs//one")]
    [InlineData("runs/one/")]
    [InlineData("runs/../../etc/passwd")]
    [InlineData("runs/./one")]
    [InlineData(".tmp/one")]
    [InlineData("runs/.hidden")]
    [InlineData("runs\\one/two")]
    [InlineData("runs/one\n")]
    public async Task Paths_ThatCannotNameAnArtifact_AreRefused(string path)
    {
        var store = Open();
        await Assert.ThrowsAsync<ArgumentException>(() => store.TryReadAsync(path, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenReadAsync(path, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.ExistsAsync(path, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.PutAsync(path, new MemoryStream(), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.TryPutIfAbsentAsync(path, default, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.TryPutIfMatchAsync(path, default, "tag", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(path, Token));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("../")]
    [InlineData("runs//")]
    [InlineData(".locks/")]
    public async Task Prefixes_ThatNoPathCanHave_AreRefused(string prefix) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(Open(), prefix));

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    protected static Task PutAsync(IArtifactStore store, string path, string content)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.PutAsync(path, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)), Token);
    }

    protected static async Task<List<string>> ListAsync(IArtifactStore store, string prefix)
    {
        ArgumentNullException.ThrowIfNull(store);
        var paths = new List<string>();
        await foreach (var artifact in store.ListAsync(prefix, Token))
        {
            paths.Add(artifact.Path);
        }

        return paths;
    }

    protected static string Text(StoredDocument? document) => System.Text.Encoding.UTF8.GetString(document!.Content.Span);
}
