using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SsFer.Artifacts.Access;
using SsFer.Inference.Http;
using SsFer.Inference.Streams;

namespace SsFer.Inference.Tests;

/// <summary>What the service says of itself.</summary>
public sealed class DocumentTests
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
    public async Task OpenApi_WhatIsNeverNull_IsRequired()
    {
        var face = (await ReadAsync())["components"]!["schemas"]!["FaceAnswer"]!;

        Assert.Equal("string", face["properties"]!["expression"]!["type"]!.GetValue<string>());
        Assert.Equal(
            ["box", "detectionScore", "expression", "landmarks", "probabilities", "topProbability"],
            face["required"]!.AsArray().Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task OpenApi_OperationsAreSummedUpInWords()
    {
        var paths = (await ReadAsync())["paths"]!;

        Assert.Equal(
            ["Faces in pictures and their expressions.", "Frames to answers, a line each as they are ready.", "The model in production."],
            paths.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["summary"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task OpenApi_WaysToSendAKey_AreTaken()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null);
        var key = await host.Get<ApiKeyStore>().AddAsync(new() { Name = "museum" }, Token);
        await host.KeysAreReadAsync();
        var document = await ReadAsync();
        var schemes = document["components"]!["securitySchemes"]!;

        Assert.Equal(Names(schemes), document["security"]!.AsArray().SelectMany(Names));
        Assert.Equal(["bearer", "apiKey"], Names(schemes));
        foreach (var (_, scheme) in schemes.AsObject())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/model");
            var isHeader = scheme!["in"]?.GetValue<string>() == "header";
            request.Headers.Add(
                isHeader ? scheme["name"]!.GetValue<string>() : "Authorization",
                isHeader ? key.Text : $"{scheme["scheme"]} {key.Text}"
            );
            using var answer = await host.Client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task OpenApi_Examples_AreWhatIsAnsweredAndTaken()
    {
        var paths = (await ReadAsync())["paths"]!;
        var post = paths["/v1/expressions"]!["post"]!;

        var answer = Example<ExpressionsAnswer>(post["responses"]!["200"]!);
        Assert.Equal([PictureStatus.Ok, PictureStatus.NoFace], answer.Pictures.Select(picture => picture.Status));
        Assert.Equal("first", Example<ServedModelAnswer>(paths["/v1/model"]!["get"]!["responses"]!["200"]!).Id);
        var stream = paths["/v1/expressions/stream"]!["post"]!;
        Assert.NotNull(Example<FrameAnswer>(stream["responses"]!["200"]!, ExpressionStream.MediaType).Answer);
        StreamedFrame.Of(System.Text.Encoding.UTF8.GetBytes($"{Described(stream["requestBody"]!, ExpressionStream.MediaType)}"));
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        var body = Requests.Body(System.Text.Encoding.UTF8.GetBytes(InferenceExamples.JsonBody), "application/json");
        Assert.Equal(PictureStatus.Ok, Assert.Single((await host.AnswerAsync(body)).Pictures).Status);
    }

    private static T Example<T>(JsonNode described, string type = "application/json") => Described(described, type).Deserialize<T>(Strict)!;

    private static JsonNode Described(JsonNode described, string type) => described["content"]![type]!["example"]!;

    private static async Task<JsonNode> ReadAsync()
    {
        await using var host = await InferenceHost.StartAsync(null);
        return JsonNode.Parse(await host.Client.GetStringAsync("/v1/openapi/inference.json", Token))!;
    }

    private static IEnumerable<string> Names(JsonNode? node) => node!.AsObject().Select(member => member.Key);
}
