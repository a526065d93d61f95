using System.Text;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Models;

public sealed class CandidateRegistryTests : IDisposable
{
    private static readonly AliasActor Alice = AliasActor.OfPerson("alice"),
        Service = AliasActor.OfService("inference");
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 9, 30, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder.Path);

    private ModelRegistry Models => new(Store, _time);

    private CandidateRegistry Candidates => new(Store, _time);

    [Fact]
    public async Task Document_FromBeforeThereWereCandidates_IsReadAndContinued()
    {
        const string Old = """
            {
              "current": "a",
              "history": [
                {
                  "sequence": 1,
                  "action": "promoted",
                  "model": "a",
                  "reason": "the first",
                  "by": { "run": "a" },
                  "at": "2026-11-23T09:30:00+00:00"
                }
              ]
            }
            """;
        await AddAsync("a", "b");
        await Store.PutAsync(ModelPaths.Production, new MemoryStream(Encoding.UTF8.GetBytes(Old)), Token);

        Assert.Null((await Models.ReadAsync(Token)).Candidate);
        var (candidacy, isNew) = await Candidates.StartAsync("b", Trial.Canary(0.05m), Alice, "try it", Token);

        var alias = await Models.ReadAsync(Token);
        Assert.True(isNew);
        Assert.Equal(("a", 1, candidacy), (alias.Current, alias.Latest!.Sequence, alias.Candidate));
        Assert.Equal(
            new Candidacy
            {
                Id = candidacy.Id,
                Model = "b",
                Kind = TrialKind.Canary,
                Share = 0.05m,
                Reason = "try it",
                By = Alice,
                Since = _time.GetUtcNow(),
            },
            candidacy
        );
        var text = Encoding.UTF8.GetString((await Store.TryReadAsync(ModelPaths.Production, Token))!.Content.Span);
        Assert.Contains("\"kind\": \"canary\",\n    \"share\": 0.05,", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b", CandidacyOutcome.Promoted)]
    [InlineData("c", CandidacyOutcome.Superseded)]
    public async Task Promote_OfAnyModel_EndsTheCandidacyInTheSameWrite(string promoted, CandidacyOutcome outcome)
    {
        await AddAsync("a", "b", "c");
        await Models.PromoteAsync("a", Alice, "", Token);
        await Candidates.StartAsync("b", Trial.Shadow, Alice, "", Token);

        var change = await Models.PromoteAsync(promoted, AliasActor.OfRun("r"), "better", Token);

        var alias = await Models.ReadAsync(Token);
        Assert.Equal((promoted, null), (alias.Current, alias.Candidate));
        var end = Assert.Single(alias.Candidacies).End!;
        Assert.Equal((outcome, "better", change.Entry.Id), (end.Outcome, end.Reason, end.Id));
    }

    [Fact]
    public async Task RollBack_ToTheCandidate_EndsItsCandidacy()
    {
        await AddAsync("a", "b");
        await Models.PromoteAsync("a", Alice, "", Token);
        await Models.PromoteAsync("b", Alice, "", Token);
        await Candidates.StartAsync("a", Trial.Canary(0.1m), Alice, "", Token);

        await Models.RollBackAsync(null, Alice, "complaints", Token);

        var alias = await Models.ReadAsync(Token);
        Assert.Equal(("a", null, CandidacyOutcome.Promoted), (alias.Current, alias.Candidate, alias.Candidacies[0].End!.Outcome));
    }

    [Fact]
    public async Task Start_OfTheSameModel_ChangesTheWayAndKeepsTheHistory()
    {
        await AddAsync("a");
        var shadow = await Candidates.StartAsync("a", Trial.Shadow, Alice, "", Token);
        var canary = await Candidates.StartAsync("a", Trial.Canary("5%"), Alice, "agrees", Token);
        var again = await Candidates.StartAsync("a", Trial.Canary(0.05m), Alice, "asked twice", Token);

        Assert.Equal(new CandidacyChange(canary.Candidacy, IsNew: false), again);
        Assert.True(shadow.IsNew && canary.IsNew);
        var alias = await Models.ReadAsync(Token);
        Assert.Equal(
            [(shadow.Candidacy.Id, CandidacyOutcome.Superseded), (canary.Candidacy.Id, null)],
            alias.Candidacies.Select(OutcomeOf)
        );

        static (string, CandidacyOutcome?) OutcomeOf(Candidacy candidacy) => (candidacy.Id, candidacy.End?.Outcome);
    }

    [Fact]
    public async Task Start_OfWhatCannotBeTried_IsRefusedAndChangesNothing()
    {
        await AddAsync("a", "b", "c");
        await Models.PromoteAsync("a", Alice, "", Token);
        await Candidates.StartAsync("b", Trial.Shadow, Alice, "", Token);

        await Assert.ThrowsAsync<UnknownModelException>(() => Candidates.StartAsync("none", Trial.Shadow, Alice, "", Token));
        await Assert.ThrowsAsync<CandidateInProductionException>(() => Candidates.StartAsync("a", Trial.Shadow, Alice, "", Token));
        var other = await Assert.ThrowsAsync<OtherCandidateException>(() => Candidates.StartAsync("c", Trial.Shadow, Alice, "", Token));

        Assert.StartsWith("'c' is not the candidate, 'b' is: ", other.Message, StringComparison.Ordinal);
        Assert.Equal("b", Assert.Single((await Models.ReadAsync(Token)).Candidacies).Model);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0%")]
    [InlineData("50.1%")]
    [InlineData("0.51")]
    [InlineData("-5%")]
    [InlineData("half")]
    public void Canary_OfAShareThatCannotBe_IsRefused(string share) =>
        Assert.StartsWith(
            $"'{share}' is no share of requests for a canary",
            Assert.Throws<TrialShareException>(() => Trial.Canary(share)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Withdraw_OfAnyOrTheNamedModel_EndsItOnce()
    {
        await AddAsync("a");
        await Assert.ThrowsAsync<NoCandidateException>(() => Candidates.WithdrawAsync(null, Alice, "", Token));
        await Candidates.StartAsync("a", Trial.Shadow, Alice, "", Token);
        await Assert.ThrowsAsync<OtherCandidateException>(() => Candidates.WithdrawAsync("b", Alice, "", Token));

        var ended = await Candidates.WithdrawAsync("a", Alice, "enough", Token);

        Assert.Equal((CandidacyOutcome.Withdrawn, "enough", Alice), (ended.End!.Outcome, ended.End.Reason, ended.End.By));
        await Assert.ThrowsAsync<NoCandidateException>(() => Candidates.WithdrawAsync("a", Alice, "", Token));
    }

    [Fact]
    public async Task Abort_ByManyInstances_IsMadeByOne_AndNotOfALaterCandidacy()
    {
        await AddAsync("a");
        var (first, _) = await Candidates.StartAsync("a", Trial.Shadow, Alice, "", Token);

        var aborts = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => Task.Run(() => Candidates.TryAbortAsync(first.Id, Service, $"{i}", Token), Token))
        );

        var ended = Assert.Single(aborts.OfType<Candidacy>());
        Assert.Equal(ended, Assert.Single((await Models.ReadAsync(Token)).Candidacies));
        await Candidates.StartAsync("a", Trial.Shadow, Alice, "mended", Token);
        Assert.Null(await Candidates.TryAbortAsync(first.Id, Service, "late", Token));
        Assert.NotNull((await Models.ReadAsync(Token)).Candidate);
    }

    [Fact]
    public async Task Changes_OfManyAtOnce_LeaveOneCandidacyOpenAtMost()
    {
        string[] models = [.. Enumerable.Range(0, 8).Select(i => $"m{i}")];
        await AddAsync([.. models, "base"]);
        await Models.PromoteAsync("base", Alice, "", Token);

        await Task.WhenAll(
            models.Select(model =>
                Task.Run(
                    async () =>
                    {
                        try
                        {
                            await Candidates.StartAsync(model, Trial.Shadow, Alice, "", Token);
                            await Models.PromoteAsync(model, Alice, "", Token);
                        }
                        catch (ArtifactException fault) when (fault is OtherCandidateException or CandidateInProductionException)
                        {
                            // Another was faster
                        }
                    },
                    Token
                )
            )
        );

        var alias = await Models.ReadAsync(Token);
        Assert.All(alias.Candidacies.SkipLast(1), candidacy => Assert.NotNull(candidacy.End));
        Assert.NotEmpty(alias.Candidacies);
        Assert.NotEqual(alias.Current, alias.Candidate?.Model);
    }

    [Fact]
    public async Task Abort_WhoseLandedWriteWasBuiltOn_IsNotLost()
    {
        await AddAsync("a", "b");
        var (candidacy, _) = await Candidates.StartAsync("a", Trial.Shadow, Alice, "", Token);
        var lossy = new LossyStore(Store, () => Models.PromoteAsync("b", Alice, "", Token));

        var ended = await new CandidateRegistry(lossy, _time).TryAbortAsync(candidacy.Id, Service, "slow", Token);

        Assert.Equal(CandidacyOutcome.Aborted, ended?.End?.Outcome);
        Assert.Equal(ended, Assert.Single((await Models.ReadAsync(Token)).Candidacies));
    }

    public void Dispose() => _folder.Dispose();

    private async Task AddAsync(params string[] models)
    {
        foreach (var model in models)
        {
            await Store.PutAsync(ModelPaths.Card(model), new MemoryStream("{}"u8.ToArray()), Token);
        }
    }
}
