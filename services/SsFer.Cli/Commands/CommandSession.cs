using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands;

/// <summary>What every command works with.</summary>
internal sealed class CommandSession(CommandTerminal terminal, string storePath, TimeProvider time)
{
    public CommandTerminal Terminal { get; } = terminal;

    public TimeProvider Time { get; } = time;

    /// <summary>The store that <c>--store</c> names; its folder is made by the first write.</summary>
    public FolderArtifactStore Store { get; } = new(storePath, time);

    /// <summary>For what can be fetched or made again, such as shards of a remote store.</summary>
    public string CacheDirectory => Path.Combine(Store.Root, ".cache");
}
