using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SsFer.Artifacts.Access;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Access;

namespace SsFer.Cli.Commands.Keys;

/// <summary>What the commands about keys have in common: where the keys are, and how one is shown.</summary>
internal static class KeyReport
{
    public static ApiKeyStore Open(CommandSession session, ParseResult arguments) =>
        new(ServiceStore.Open(session, arguments, "the keys"), session.Time);

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
