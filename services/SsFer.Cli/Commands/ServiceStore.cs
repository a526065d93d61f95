using System.CommandLine;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.Cli.Commands;

/// <summary>The store of services, for commands about what is theirs.</summary>
internal static class ServiceStore
{
    private const string Connection = $"ConnectionStrings__{ResourceNames.Blobs}";

    /// <summary>
    /// The store that <c>--store</c> names, else the one that services of this shell would use: theirs is seldom a folder.
    /// </summary>
    /// <param name="session">Of the command.</param>
    /// <param name="arguments">As they were typed.</param>
    /// <param name="what">What is looked for there, as <c>the keys</c>.</param>
    public static IArtifactStore Open(CommandSession session, ParseResult arguments, string what)
    {
        var connection = Environment.GetEnvironmentVariable(Connection);
        if (arguments.GetValue(GlobalOptions.Store) is not null || string.IsNullOrWhiteSpace(connection))
        {
            return session.Store;
        }

        session.Terminal.Say($"{what} are those of the store that {Connection} names");
        return StoreConnection.Open(connection, session.Time);
    }
}
