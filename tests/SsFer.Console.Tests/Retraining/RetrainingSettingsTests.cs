using System.Net.Http.Json;

namespace SsFer.Console.Tests.Retraining;

public sealed class RetrainingSettingsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"recipe": "smoke"}""", 400, "validation")]
    [InlineData("""{"validation": "faces:train", "recipe": "smoke"}""", 422, "faces:train")]
    [InlineData("""{"validation": "faces", "recipe": "smoke", "unlabelled": ["faces:test"]}""", 422, "faces:test")]
    [InlineData("""{"validation": "nobody", "recipe": "smoke"}""", 404, "nobody")]
    [InlineData("""{"validation": "faces", "recipe": "compact"}""", 409, "48")]
    [InlineData("""{"validation": "faces", "recipe": "smoke", "labels": "-3"}""", 422, "-3")]
    public async Task PutRetraining_ThatCouldStartNoRun_SaysWhy(string body, int status, string names)
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        await host.PrepareAsync();

        var refusal = await Answer.RefusalAsync(
            await host.Client.PutAsync(
                "/api/datasets/faces/retraining",
                Pictures.Body(System.Text.Encoding.UTF8.GetBytes(body), "application/json"),
                Token
            ),
            status
        );

        Assert.Contains(names, refusal, StringComparison.Ordinal);
        await Answer.RefusalAsync(await host.Client.GetAsync("/api/datasets/faces/retraining", Token), 404);
    }

    [Fact]
    public async Task PutRetraining_ThatWouldLeaveTheTeacherNoFaceWithoutALabel_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportFullyLabelledAsync("full");
        await host.PrepareAsync("full");

        var refusal = await Answer.RefusalAsync(
            await host.Client.PutAsJsonAsync(
                "/api/datasets/full/retraining",
                new
                {
                    validation = "full",
                    recipe = "smoke",
                    labels = "100%",
                },
                Token
            ),
            422
        );

        Assert.Contains("no face is left without one", refusal, StringComparison.Ordinal);
        await Answer.ReadAsync(
            await host.Client.PutAsJsonAsync(
                "/api/datasets/full/retraining",
                new
                {
                    validation = "full",
                    recipe = "smoke",
                    labels = "50%",
                },
                Token
            ),
            200
        );
        await Answer.ReadAsync(
            await host.Client.PutAsJsonAsync(
                "/api/datasets/full/retraining",
                new
                {
                    validation = "full",
                    recipe = "smoke",
                    teacher = false,
                },
                Token
            ),
            200
        );
    }
}
