using SsFer.Artifacts.Models;
using SsFer.Inference.Candidates;
using SsFer.Inference.Http;
using static SsFer.Inference.Tests.Waits;

namespace SsFer.Inference.Tests.Candidates;

[Trait("Category", "Slow")]
public sealed class ChangesUnderLoadTests
{
    private const int Half = 250;

    [Fact]
    public async Task FiveHundredRequests_WhileModelsChange_AreAllAnsweredAndSwitchOnce()
    {
        using var happy = new TestModel("happy", "happiness");
        using var sad = new TestModel("sad", "sadness");
        using var calm = new TestModel("calm", "neutral");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ask = AskedModels.After(
            (model, _, cancellationToken) =>
                model == "sad" ? throw new InvalidOperationException("the graph cannot be run") : go.Task.WaitAsync(cancellationToken)
        );
        await using var host = await InferenceHost.StartAsync(
            happy,
            time: null,
            ask,
            ("MaxConcurrentRequests", $"{2 * Half}"),
            ("MaxArrivingRequests", $"{2 * Half}"),
            ("MaxCallerShare", "1"),
            ("RequestTimeout", "00:10:00")
        );
        host.Client.Timeout = TimeSpan.FromMinutes(10);
        await host.TryAsync("sad", sad.ToOnnx(), Trial.Canary(0.5m));

        var before = Start(host);
        await host.UntilInWorkAsync(Half);
        await UntilAsync(() => host.Get<CandidateModel>().Trial is null);
        await host.PromoteAsync("broken", "no model"u8.ToArray());
        await host.Production.RefreshAsync(TestContext.Current.CancellationToken);
        await host.PromoteAsync("calm", calm.ToOnnx());
        await host.Production.RefreshAsync(TestContext.Current.CancellationToken);
        var after = Start(host);
        await host.UntilInWorkAsync(2 * Half);
        go.SetResult();

        Assert.All(await Task.WhenAll(before), answer => Assert.Equal(("happy", 1, "happiness"), WhatSaid(answer)));
        Assert.All(await Task.WhenAll(after), answer => Assert.Equal(("calm", 3, "neutral"), WhatSaid(answer)));
        Assert.Equal(CandidacyOutcome.Aborted, Assert.Single((await host.ReadAliasAsync()).Candidacies).End!.Outcome);
        Assert.Single(host.Log.Lines, line => line.StartsWith("Warning: candidate sad is aborted: ", StringComparison.Ordinal));
        Assert.Single(host.Log.Lines, line => line.StartsWith("Error: model broken is refused, happy keeps", StringComparison.Ordinal));
        await UntilAsync(() => host.Get<PictureReader>().SpooledBytes == 0);
    }

    private static List<Task<ExpressionsAnswer>> Start(InferenceHost host) =>
        [.. Enumerable.Range(0, Half).Select(_ => host.AnswerAsync(Requests.Body(Requests.Plain())))];

    private static (string Model, long? Version, string Expression) WhatSaid(ExpressionsAnswer answer) =>
        (answer.Model, answer.Version, answer.Pictures[0].Faces[0].Expression);
}
