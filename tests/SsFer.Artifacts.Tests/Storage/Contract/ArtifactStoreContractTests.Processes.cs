using System.Globalization;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>What holds between processes.</summary>
public abstract partial class ArtifactStoreContractTests
{
    private const int Processes = 4;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task PutIfAbsent_ManyProcesses_EachPathHasOneWinner()
    {
        const int Paths = 20;
        var won = await TogetherAsync("claim", "runs/claims", Paths);
        Assert.Equal(Enumerable.Range(0, Paths), won.Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task PutIfMatch_ManyProcesses_NoUpdateIsLost()
    {
        const int Updates = 12;
        await PutAsync(Open(), Name, "0");
        await TogetherAsync("increment", Name, Updates);
        Assert.Equal($"{Processes * Updates}", Text(await Open().TryReadAsync(Name, Token)));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Put_WriterKilledOnTheWay_IsNeverSeen()
    {
        const int Bytes = 20 << 20;
        await PutAsync(Open(), Name, "old");
        using (var over = await WriterProcess.StartAsync(Connection, "hang", Name, Bytes, Token))
        using (var anew = await WriterProcess.StartAsync(Connection, "hang", "runs/one/new", Bytes, Token))
        {
            over.Go();
            anew.Go();
            await over.WaitForAsync("waiting", Token);
            await anew.WaitForAsync("waiting", Token);
            await AssertOldAsync();
            over.Kill();
            anew.Kill();
        }

        await AssertOldAsync();
        await PutAsync(Open(), "runs/one/new", "content");
        Assert.Equal("content", Text(await Open().TryReadAsync("runs/one/new", Token)));

        async Task AssertOldAsync()
        {
            Assert.Equal([Name], await ListAsync(Open(), ""));
            Assert.False(await Open().ExistsAsync("runs/one/new", Token));
            Assert.Null(await Open().TryReadAsync("runs/one/new", Token));
            Assert.Equal("old", Text(await Open().TryReadAsync(Name, Token)));
        }
    }

    /// <summary>Runs one writer per process at the same time and gives all that they printed.</summary>
    private async Task<IReadOnlyList<string>> TogetherAsync(string act, string path, int number)
    {
        var writers = await Task.WhenAll(
            Enumerable.Range(0, Processes).Select(_ => WriterProcess.StartAsync(Connection, act, path, number, Token))
        );
        try
        {
            Array.ForEach(writers, writer => writer.Go());
            return [.. (await Task.WhenAll(writers.Select(writer => writer.EndAsync(Token)))).SelectMany(lines => lines)];
        }
        finally
        {
            Array.ForEach(writers, writer => writer.Dispose());
        }
    }
}
