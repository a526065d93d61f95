using System.Net;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Access;

namespace SsFer.Inference.Tests;

/// <summary>Who is let in, in Production.</summary>
public sealed class ApiKeyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Production_WithoutAKey_AnswersNothingButProbes()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null);
        await host.KeysAreReadAsync();

        foreach (var path in (string[])["/v1/model", "/v1/expressions", "/v1/openapi/inference.json", "/", "/metrics", "/nothing/here"])
        {
            using var answer = await host.Client.GetAsync(path, Token);
            Assert.Equal((path, 401), (path, (await Requests.ProblemAsync(answer)).Status));
        }

        Assert.Equal(
            (
                401,
                "the request carries no API key: send it as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'; ssfer keys add NAME makes one"
            ),
            await host.RefusalAsync(Requests.Body(Requests.Plain()))
        );
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/alive", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/health", Token)).StatusCode);
    }

    [Fact]
    public async Task Production_OfTwoKeysOneRevokedWhileInUse_TheOtherIsStillAnswered()
    {
        using var model = new TestModel("m");
        var time = new FakeTimeProvider();
        await using var host = await InferenceHost.StartInProductionAsync(model, time);
        var keys = host.Get<ApiKeyStore>();
        var (first, second) = (await keys.AddAsync(new() { Name = "first" }, Token), await keys.AddAsync(new() { Name = "second" }, Token));
        await host.KeysAreReadAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, first.Text));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, second.Text));

        await keys.RevokeAsync(first.Key.Id, Token);
        await UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(5)); // the next look
            return await StatusAsync(host, first.Text) == HttpStatusCode.Unauthorized;
        });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, second.Text));
        using var refused = await SendAsync(host, first.Text);
        Assert.Equal("Bearer realm=\"ssfer\", error=\"invalid_token\"", refused.Headers.WwwAuthenticate.ToString());
        Assert.StartsWith("the API key is unknown or revoked", (await Requests.ProblemAsync(refused)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_KeyOfAnotherRole_IsForbiddenAndToldWhichIsMissing()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null);
        var operate = await host.Get<ApiKeyStore>().AddAsync(new() { Name = "ops", Roles = [ApiKeyRole.Operate] }, Token);
        await host.KeysAreReadAsync();

        using var request = new HttpRequestMessage(HttpMethod.Post, Requests.Path) { Content = Requests.Body(Requests.Plain()) };
        request.Headers.Add("X-API-Key", operate.Text);
        using var answer = await host.Client.SendAsync(request, Token);

        var id = operate.Key.Id;
        Assert.Equal(
            (403, $"API key {id} has not the role 'predict' that this needs: ssfer keys add NAME --role predict makes one that has"),
            await Requests.ProblemAsync(answer)
        );
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, operate.Text)); // what is served may be known with any key
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssfer_")]
    [InlineData("ssfer_aaaaaaaa_0123456789012345678901234567890123456789012")]
    public async Task Production_WhatIsNoKey_IsRefused(string presented)
    {
        await using var host = await InferenceHost.StartInProductionAsync(null, time: null);
        await host.Get<ApiKeyStore>().AddAsync(new() { Name = "somebody" }, Token);
        await host.KeysAreReadAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, presented));
    }

    [Fact]
    public async Task Log_OfARequest_NamesModelPurposeKeyAndOutcome_AndNeitherNameNorKey()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartInProductionAsync(model, time: null);
        var key = await host.Get<ApiKeyStore>().AddAsync(new() { Name = "Ada Lovelace" }, Token);
        await host.KeysAreReadAsync();
        host.Client.DefaultRequestHeaders.Authorization = new("Bearer", key.Text);

        await host.AnswerAsync(Requests.Form(("grace-hopper.png", Requests.Plain())));

        await UntilAsync(() => Task.FromResult(host.Log.Lines.Any(line => line.Contains("/v1/expressions", StringComparison.Ordinal))));
        var line = Assert.Single(host.Log.Lines, line => line.Contains("/v1/expressions", StringComparison.Ordinal));
        Assert.Matches(
            $@"^Information: /v1/expressions/? 200 in \d+(\.\d)? ms, model m, purpose audience research, key {key.Key.Id}$",
            line
        );
        Assert.DoesNotContain(host.Log.Lines, each =>
            each.Contains("Lovelace", StringComparison.Ordinal)
            || each.Contains("hopper", StringComparison.Ordinal)
            || each.Contains(key.Text, StringComparison.Ordinal)
        );
    }

    private static async Task<HttpResponseMessage> SendAsync(InferenceHost host, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/model");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        return await host.Client.SendAsync(request, Token);
    }

    private static async Task<HttpStatusCode> StatusAsync(InferenceHost host, string key)
    {
        using var answer = await SendAsync(host, key);
        return answer.StatusCode == HttpStatusCode.ServiceUnavailable && host.Production.TryLease() is null
            ? HttpStatusCode.OK // let in, and told that there is no model
            : answer.StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
