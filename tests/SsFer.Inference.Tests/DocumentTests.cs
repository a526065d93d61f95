using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SsFer.Inference.Http;

namespace SsFer.Inference.Tests;

/// <summary>What the service says of itself.</summary>
public sealed class DocumentTests
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    [Fact]
    public async Task OpenApi_DescribesUploadsOptionsAndAnswers()
    {
        var post = (await ReadAsync())["paths"]!["/v1/expressions"]!["post"]!;

        Assert.Equal(["multipart/form-data", "image/*", "application/json"], Names(post["requestBody"]!["content"]));
        Assert.Equal(
            ["200", "400", "401", "403", "404", "408", "413", "415", "422", "429", "500", "503"],
            Names(post["responses"]).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            [
                "max-faces integer 1..64",
                "min-score number 0..1",
                "cropped boolean ..",
                "explain boolean ..",
                "model string ..",
                "keep boolean ..",
            ],
            post["parameters"]!
                .AsArray()
                .Select(each => $"{each!["name"]} {each["schema"]!["type"]} {each["schema"]!["minimum"]}..{each["schema"]!["maximum"]}")
        );
    }

    [Fact]
    public async Task OpenApi_NumbersAreNumbers()
    {
        var schemas = (await ReadAsync())["components"]!["schemas"]!;

        Assert.Equal("integer", schemas["ServedModelAnswer"]!["properties"]!["size"]!["type"]!.GetValue<string>());
        Assert.Equal("number", schemas["PixelBox"]!["properties"]!["left"]!["type"]!.GetValue<string>());
        Assert.DoesNotContain("\"pattern\"", schemas.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_Examples_AreWhatIsAnsweredAndTaken()
    {
        var paths = (await ReadAsync())["paths"]!;
        var post = paths["/v1/expressions"]!["post"]!;

        var answer = Example<ExpressionsAnswer>(post["responses"]!["200"]!);
        Assert.Equal([PictureStatus.Ok, PictureStatus.NoFace], answer.Pictures.Select(picture => picture.Status));
        Assert.Equal("first", Example<ServedModelAnswer>(paths["/v1/model"]!["get"]!["responses"]!["200"]!).Id);
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        var body = Requests.Body(System.Text.Encoding.UTF8.GetBytes(InferenceExamples.JsonBody), "application/json");
        Assert.Equal(PictureStatus.Ok, Assert.Single((await host.AnswerAsync(body)).Pictures).Status);
    }

    private static T Example<T>(JsonNode described) => described["content"]!["application/json"]!["example"]!.Deserialize<T>(Strict)!;

    private static async Task<JsonNode> ReadAsync()
    {
        await using var host = await InferenceHost.StartAsync(null);
        return JsonNode.Parse(await host.Client.GetStringAsync("/v1/openapi/inference.json", TestContext.Current.CancellationToken))!;
    }

    private static IEnumerable<string> Names(JsonNode? node) => node!.AsObject().Select(member => member.Key);
}
