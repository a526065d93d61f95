using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Inference.Models;
using SsFer.Testing;

namespace SsFer.Inference.Tests;

public sealed class BuiltInModelTests
{
    private static readonly (string, string) WithIt = (nameof(InferenceOptions.BuiltInModel), "true");

    [Fact]
    public async Task Post_NothingPromoted_AnswersWithTheBuiltInModel()
    {
        await using var host = await InferenceHost.StartAsync(null, WithIt);

        var answer = await host.AnswerAsync(Requests.Body(Requests.RealFaces(1)[0], "image/jpeg"));

        Assert.Equal(DigestOfFile(), answer.Digest);
        Assert.Null(answer.Version);
        Assert.Equal(8, Assert.Single(Assert.Single(answer.Pictures).Faces).Probabilities.Count);
    }

    [Fact]
    public async Task Promotion_TheFirst_TakesOverFromTheBuiltInModel()
    {
        using var happy = new TestModel("happy", "happiness");
        await using var host = await InferenceHost.StartAsync(null, WithIt);

        await host.PromoteAsync(happy.Id, happy.ToOnnx());
        await host.Production.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(happy.Id, (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Model);
    }

    [Fact]
    public async Task Promotion_OfAModelThatDoesNotLoad_LeavesTheBuiltInModel()
    {
        await using var host = await InferenceHost.StartAsync(null, WithIt);

        await host.PromoteAsync("broken", "no model"u8.ToArray());
        await host.Production.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(DigestOfFile(), (await host.AnswerAsync(Requests.Body(Requests.Plain()))).Digest);
    }

    [Fact]
    public async Task Card_OfTheBuiltInModel_IsThatOfItsFile()
    {
        await using var host = await InferenceHost.StartAsync(null, WithIt);

        var model = await host.Client.GetFromJsonAsync<ServedModelAnswer>("/v1/model", TestContext.Current.CancellationToken);

        Assert.Equal(model!.Digest, model.Card!.Value.GetProperty("onnxSha256").GetString());
        Assert.Equal(model.Id, model.Card!.Value.GetProperty("id").GetString());
        Assert.Equal(model.Classes, model.Card!.Value.GetProperty("classes").Deserialize<string[]>());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Program_WithNeitherStoreNorBroker_AnswersAndIsHealthy()
    {
        using var client = new HttpClient();
        using var service = await InferenceProcess.StartAsync(AnswersAsync, TestContext.Current.CancellationToken);

        var health = await client.GetAsync(new Uri(service.Address, "/health"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        async Task<bool?> AnswersAsync(Uri address, CancellationToken cancellationToken)
        {
            using var body = Requests.Body(Requests.RealFaces(1)[0], "image/jpeg");
            using var response = await client.PostAsync(new Uri(address, Requests.Path), body, cancellationToken);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return null;
            }

            var answer = await response.Content.ReadFromJsonAsync<ExpressionsAnswer>(cancellationToken);
            Assert.Equal(DigestOfFile(), answer!.Digest);
            return true;
        }
    }

    private static string DigestOfFile() => Convert.ToHexStringLower(SHA256.HashData(BuiltInModel.ReadFile()));
}
