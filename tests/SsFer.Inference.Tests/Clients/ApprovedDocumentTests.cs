using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SsFer.Inference.Tests;

namespace SsFer.Client.Tests;

/// <summary>
/// Holds the endpoint to the document that clients are generated from: what changes for callers is seen in review, as a change of that
/// file.
/// </summary>
public sealed class ApprovedDocumentTests
{
    private const string Approved = "services/SsFer.Client/inference.json";

    private static readonly JsonSerializerOptions Text = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task ServedDocument_IsTheApprovedOne()
    {
        await using var host = await InferenceHost.StartAsync(null);
        var token = TestContext.Current.CancellationToken;
        var document = JsonNode.Parse(await host.Client.GetStringAsync("/v1/openapi/inference.json", token))!.AsObject();
        Assert.True(document.Remove("servers")); // where this one listens

        var served = $"{document.ToJsonString(Text)}\n";
        var approved = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Client", "inference.json"), token);
        if (served != approved)
        {
            var received = Path.Combine(AppContext.BaseDirectory, "inference.received.json");
            await File.WriteAllTextAsync(received, served, token);
            Assert.Fail($"the endpoint describes itself otherwise than {Approved}; if that is meant: cp '{received}' {Approved}");
        }
    }
}
