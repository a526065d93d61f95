using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SsFer.Artifacts.Access;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.Cli.Commands.Keys;

/// <summary>What the commands about keys have in common: where the keys are, and how one is shown.</summary>
internal static class KeyReport
{
    private const string Connection = $"ConnectionStrings__{ResourceNames.Blobs}";

    /// <summary>
    /// The keys of the store that <c>--store</c> names, else of the one that services of this shell would use: keys are made for services,
    /// whose store is seldom a folder.
    /// </summary>
    public static ApiKeyStore Open(CommandSession session, ParseResult arguments)
    {
        var connection = Environment.GetEnvironmentVariable(Connection);
        if (arguments.GetValue(GlobalOptions.Store) is not null || string.IsNullOrWhiteSpace(connection))
        {
            return new ApiKeyStore(session.Store, session.Time);
        }

        session.Terminal.Say($"the keys are those of the store that {Connection} names");
        return new ApiKeyStore(StoreConnection.Open(connection, session.Time), session.Time);
    }

    /// <summary>As it is stored, without what tells the key from others.</summary>
    public static JsonObject DocumentOf(ApiKey key)
    {
        var document = JsonSerializer.SerializeToNode(key, ArtifactJson.Document)!.AsObject();
        document.Remove("sha256");
        return document;
    }

    public static JsonObject DocumentOf(IssuedApiKey issued)
    {
        var document = DocumentOf(issued.Key);
        document["key"] = issued.Text;
        return document;
    }

    public static string RolesOf(ApiKey key) => string.Join(", ", key.Roles.Select(AccessPolicies.NameOf));
}
