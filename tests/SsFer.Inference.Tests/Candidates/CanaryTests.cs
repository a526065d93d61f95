using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Models;
using SsFer.Contracts.Events;
using SsFer.Inference.Candidates;
using static SsFer.Inference.Tests.Waits;

namespace SsFer.Inference.Tests.Candidates;

/// <summary>A candidate that answers a share of the requests.</summary>
[Trait("Category", "Slow")]
public sealed class CanaryTests : IDisposable
{
    private readonly TestModel _happy = new("happy", "happiness");
    private readonly TestModel _sad = new("sad", "sadness");
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("5%", 40, 2)]
    [InlineData("0.29", 100, 29)]
    [InlineData("50%", 9, 4)]
    public async Task Canary_OfAnyShare_AnswersExactlyThatShareAndSaysSo(string share, int requests, int expected)
    {
        await using var host = await InferenceHost.StartAsync(_happy);
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(share));

        var answers = await AskAsync(host, requests);

        var candidates = answers.Where(answer => answer.IsCandidate).ToList();
        Assert.Equal(expected, candidates.Count);
        Assert.All(candidates, answer => Assert.Equal(("sad", null, "sadness"), (answer.Model, answer.Version, ExpressionOf(answer))));
        Assert.All(answers.Except(candidates), answer =>
            Assert.Equal(("happy", 1, "happiness"), (answer.Model, answer.Version, ExpressionOf(answer)))
        );
        Assert.All(host.Log.Lines, line => Assert.DoesNotContain("aborted", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Canary_AskedForAModelByItsName_IsNotTried()
    {
        await using var host = await InferenceHost.StartAsync(_happy, ("Inference:NamedModels:0", "*"));
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("happy", (await host.AnswerAsync(Requests.Body(Requests.Plain()), "?model=happy")).Model);
        }
    }

    [Fact]
    public async Task Canary_ThatThrows_LosesNoRequestAndIsAborted()
    {
        await using var host = await InferenceHost.StartAsync(
            _happy,
            time: null,
            AskedModels.Throwing("sad"),
            ("Inference:Candidate:MinAnswers", "5")
        );
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));

        var answers = await AskAsync(host, 20);

        Assert.All(answers, answer => Assert.Equal(("happy", false), (answer.Model, answer.IsCandidate)));
        var ended = await UntilEndedAsync(host);
        Assert.Equal(
            (CandidacyOutcome.Aborted, "5 of its 5 requests failed, of production's 0 of 9", "service inference"),
            (ended.End!.Outcome, ended.End.Reason, $"{ended.End.By}")
        );
        Assert.Single(host.Log.Lines, line => line.StartsWith("Warning: candidate sad is aborted: ", StringComparison.Ordinal));
        Assert.Equal(5, host.Log.Lines.Count(line => line == "Warning: candidate sad failed: the graph cannot be run"));
        Assert.Equal("happy", (await host.ReadAliasAsync()).Current);
    }

    [Fact]
    public async Task Canary_ThatFailsWhileTheStoreIsAway_IsAskedNoMoreAndAbortedLater()
    {
        GatedStore? store = null;
        await using var host = await InferenceHost.StartAsync(
            _happy,
            time: null,
            inner => store = new GatedStore(inner, Task.CompletedTask),
            AskedModels.Throwing("sad"),
            ("Inference:Candidate:MinAnswers", "5")
        );
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));
        store!.IsAway = true;

        Assert.All(await AskAsync(host, 20), answer => Assert.Equal("happy", answer.Model));
        await host.Production.RefreshAsync(Token);

        Assert.Equal(5, host.Log.Lines.Count(line => line == "Warning: candidate sad failed: the graph cannot be run"));
        Assert.NotNull((await host.ReadAliasAsync()).Candidate);
        store.IsAway = false;
        await host.Production.RefreshAsync(Token);
        Assert.Equal(CandidacyOutcome.Aborted, (await UntilEndedAsync(host)).End!.Outcome);
        Assert.DoesNotContain("Information: candidate sad is tried no more", host.Log.Lines);
    }

    [Fact]
    public async Task Canary_ThatIsSlower_IsAborted()
    {
        var ask = AskedModels.After(
            (model, clock, _) =>
            {
                clock.Measure(Phase.Classify, () => AdvanceBy(model == "sad" ? 7 : 4));
                return Task.CompletedTask;
            }
        );
        await using var host = await InferenceHost.StartAsync(_happy, _time, ask, ("Inference:Candidate:MinAnswers", "10"));
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));

        var answers = await AskAsync(host, 20);

        Assert.Equal(10, answers.Count(answer => answer.IsCandidate)); // slow, not wrong
        var ended = await UntilEndedAsync(host);
        Assert.Equal("in 10 of 10 answers a face takes more than 1.5 x 4 ms, production's median", ended.End!.Reason);
    }

    [Fact]
    public async Task Canary_AsQuickAsProduction_GoesOn()
    {
        var ask = AskedModels.After(
            (_, clock, _) =>
            {
                clock.Measure(Phase.Classify, () => AdvanceBy(4));
                return Task.CompletedTask;
            }
        );
        await using var host = await InferenceHost.StartAsync(_happy, _time, ask, ("Inference:Candidate:MinAnswers", "10"));
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));

        await AskAsync(host, 30);
        await host.Production.RefreshAsync(Token);

        Assert.NotNull((await host.ReadAliasAsync()).Candidate);
        Assert.Null(host.Get<CandidateModel>().Trial!.Verdict);
    }

    [Fact]
    public async Task Canary_ThatHangs_LeavesProductionHalfOfTheTime()
    {
        var hung = new TaskCompletionSource();
        var ask = AskedModels.After(
            async (model, clock, cancellationToken) =>
            {
                if (model == "sad")
                {
                    clock.Measure(Phase.Classify, () => AdvanceBy(4000)); // of the five seconds that it has
                    hung.TrySetResult();
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
            }
        );
        await using var host = await InferenceHost.StartAsync(_happy, _time, ask, ("Inference:Candidate:MinAnswers", "1"));
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));
        await AskAsync(host, 1);

        var answer = AskAsync(host, 1);
        await hung.Task.WaitAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("happy", Assert.Single(await answer).Model);
        var ended = await UntilEndedAsync(host);
        Assert.Equal("1 of its 1 requests failed, of production's 0 of 1", ended.End!.Reason);
    }

    [Fact]
    public async Task Candidate_Withdrawn_AnswersNoMore()
    {
        await using var host = await InferenceHost.StartAsync(_happy);
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));

        await Registry(host).WithdrawAsync("sad", AliasActor.OfPerson("tester"), "enough", Token);
        await host.PublishAsync(
            new CandidateEnded
            {
                Model = "sad",
                Candidacy = "any",
                Outcome = "withdrawn",
                Reason = "enough",
            }
        );
        await UntilAsync(() => host.Get<CandidateModel>().Trial is null);

        Assert.All(await AskAsync(host, 4), answer => Assert.Equal("happy", answer.Model));
        Assert.Contains("Information: candidate sad is tried no more", host.Log.Lines);
    }

    [Fact]
    public async Task Candidate_Promoted_IsProductionAndNoCandidate()
    {
        await using var host = await InferenceHost.StartAsync(_happy);
        await host.TryAsync("sad", _sad.ToOnnx(), Trial.Canary(0.5m));

        await host.PromoteAsync("sad", onnx: null);
        await host.Production.RefreshAsync(Token);

        Assert.All(await AskAsync(host, 4), answer => Assert.Equal(("sad", 2, false), (answer.Model, answer.Version, answer.IsCandidate)));
    }

    [Fact]
    public async Task Candidate_StartedByMessage_IsServed()
    {
        await using var host = await InferenceHost.StartAsync(_happy);
        await host.PromoteAsync("sad", _sad.ToOnnx());
        await host.PromoteAsync("happy", onnx: null);
        await Registry(host).StartAsync("sad", Trial.Shadow, AliasActor.OfPerson("tester"), "", Token);

        await host.PublishAsync(
            new CandidateStarted
            {
                Model = "sad",
                Candidacy = "any",
                Kind = "shadow",
                Reason = "",
            }
        );

        await UntilAsync(() => host.Get<CandidateModel>().Trial is not null);
    }

    public void Dispose()
    {
        _happy.Dispose();
        _sad.Dispose();
    }

    private static CandidateRegistry Registry(InferenceHost host) => new(host.Store, TimeProvider.System);

    private bool AdvanceBy(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return true;
    }

    private static async Task<Candidacy> UntilEndedAsync(InferenceHost host)
    {
        await UntilAsync(() => host.Get<CandidateModel>().Trial is null);
        return (await host.ReadAliasAsync()).Candidacies[^1];
    }

    private static string ExpressionOf(ExpressionsAnswer answer) => answer.Pictures[0].Faces[0].Expression;

    private static async Task<List<ExpressionsAnswer>> AskAsync(InferenceHost host, int requests)
    {
        var answers = new List<ExpressionsAnswer>();
        for (var i = 0; i < requests; i++)
        {
            answers.Add(await host.AnswerAsync(Requests.Body(Requests.Plain())));
        }

        return answers;
    }
}
