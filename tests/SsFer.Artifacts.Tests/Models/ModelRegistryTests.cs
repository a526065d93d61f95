using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Models;

public sealed partial class ModelRegistryTests : IDisposable
{
    private static readonly AliasActor Alice = AliasActor.OfPerson("alice"),
        RunA = AliasActor.OfRun("a"),
        RunB = AliasActor.OfRun("b");
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder.Path);

    private ModelRegistry Registry => new(Store, _time);

    [Fact]
    public async Task Read_NothingPromoted_IsEmpty()
    {
        var alias = await Registry.ReadAsync(Token);
        Assert.Null(alias.Current);
        Assert.Empty(alias.History);
    }

    [Fact]
    public async Task Document_OfPromotionAndRollBack_IsReadableText()
    {
        await AddAsync("a", "b");
        await Registry.PromoteAsync("a", RunA, "the first", Token);
        await Registry.PromoteAsync("b", RunB, "better", Token);
        await Registry.RollBackAsync(null, Alice, "complaints", Token);
        Assert.Equal(
            """
            {
              "current": "a",
              "history": [
                {
                  "sequence": 1,
                  "id": "*",
                  "action": "promoted",
                  "model": "a",
                  "reason": "the first",
                  "by": {
                    "run": "a"
                  },
                  "at": "2026-11-23T09:30:00+00:00"
                },
                {
                  "sequence": 2,
                  "id": "*",
                  "action": "promoted",
                  "model": "b",
                  "previous": "a",
                  "reason": "better",
                  "by": {
                    "run": "b"
                  },
                  "at": "2026-11-23T09:30:00+00:00"
                },
                {
                  "sequence": 3,
                  "id": "*",
                  "action": "rolledBack",
                  "model": "a",
                  "previous": "b",
                  "reason": "complaints",
                  "by": {
                    "person": "alice"
                  },
                  "at": "2026-11-23T09:30:00+00:00"
                }
              ],
              "candidacies": []
            }
            """,
            EntryId()
                .Replace(
                    Encoding.UTF8.GetString((await Store.TryReadAsync("models/aliases/production.json", Token))!.Content.Span),
                    "\"id\": \"*\""
                )
        );
    }

    [Theory]
    [InlineData("none")]
    [InlineData("aliases")]
    [InlineData("../a")]
    [InlineData("")]
    public async Task Promote_ModelThatIsNotThere_IsRefusedAndChangesNothing(string model)
    {
        var fault = await Assert.ThrowsAnyAsync<ArtifactException>(() => Registry.PromoteAsync(model, Alice, "", Token));
        Assert.Contains($"'{model}'", fault.Message, StringComparison.Ordinal);
        Assert.Empty((await Registry.ReadAsync(Token)).History);
    }

    [Fact]
    public async Task Promote_RepeatedByItsRun_GivesTheEntryOfTheFirstTime()
    {
        await AddAsync("a", "b");
        var first = await Registry.PromoteAsync("a", RunA, "good", Token);
        Assert.True(first.IsNew);
        Assert.Equal(new AliasChange(first.Entry, IsNew: false), await Registry.PromoteAsync("a", RunA, "good", Token));

        // Nor does the repetition undo what was done since.
        await Registry.PromoteAsync("b", Alice, "", Token);
        Assert.Equal(new AliasChange(first.Entry, IsNew: false), await Registry.PromoteAsync("a", RunA, "good", Token));
        Assert.Equal("b", (await Registry.ReadAsync(Token)).Current);
    }

    [Fact]
    public async Task Promote_RepeatedByItsRunAfterARollBack_LeavesItRolledBack()
    {
        await AddAsync("a", "b");
        await Registry.PromoteAsync("a", RunA, "", Token);
        await Registry.PromoteAsync("b", RunB, "", Token);
        await Registry.RollBackAsync(null, Alice, "complaints", Token);
        Assert.False((await Registry.PromoteAsync("b", RunB, "", Token)).IsNew);
        Assert.Equal("a", (await Registry.ReadAsync(Token)).Current);
    }

    [Fact]
    public async Task Promote_ByAPersonAfterARollBack_IsMeant()
    {
        await AddAsync("a", "b");
        await Registry.PromoteAsync("a", Alice, "", Token);
        await Registry.PromoteAsync("b", Alice, "", Token);
        await Registry.RollBackAsync(null, Alice, "", Token);
        Assert.True((await Registry.PromoteAsync("b", Alice, "", Token)).IsNew);
        Assert.Equal("b", (await Registry.ReadAsync(Token)).Current);
        Assert.Equal("a", (await Registry.RollBackAsync(null, Alice, "", Token)).Model);
    }

    [Fact]
    public async Task PromoteInPlaceOf_AModelThatIsNotInProduction_ChangesNothing()
    {
        await AddAsync("a", "b");
        Assert.Null(await Registry.TryPromoteInPlaceOfAsync("a", "b", RunA, "", Token));
        Assert.True((await Registry.TryPromoteInPlaceOfAsync("a", null, RunA, "", Token))!.IsNew);
        Assert.Null(await Registry.TryPromoteInPlaceOfAsync("b", null, RunB, "", Token));
        Assert.Equal("a", (await Registry.ReadAsync(Token)).Current);
        Assert.False((await Registry.TryPromoteInPlaceOfAsync("a", null, RunA, "", Token))!.IsNew); // the repetition of a crashed run
        Assert.True((await Registry.TryPromoteInPlaceOfAsync("b", "a", RunB, "", Token))!.IsNew);
    }

    [Fact]
    public async Task PromoteInPlaceOf_ByManyAtOnce_OneIsMeant()
    {
        string[] models = [.. Enumerable.Range(0, 12).Select(i => $"m{i}")];
        await AddAsync([.. models, "base"]);
        await Registry.PromoteAsync("base", Alice, "", Token);

        var changes = await Task.WhenAll(
            models.Select(model =>
                Task.Run(() => Registry.TryPromoteInPlaceOfAsync(model, "base", AliasActor.OfRun(model), "", Token), Token)
            )
        );

        var alias = await Registry.ReadAsync(Token);
        Assert.Equal(2, alias.History.Count);
        Assert.Equal(alias.Latest, Assert.Single(changes.OfType<AliasChange>()).Entry);
    }

    [Fact]
    public async Task RollBack_NothingEarlier_SaysSo()
    {
        var none = await Assert.ThrowsAsync<NoEarlierModelException>(() => Registry.RollBackAsync(null, Alice, "", Token));
        Assert.Contains("no model is in production", none.Message, StringComparison.Ordinal);
        await AddAsync("a");
        await Registry.PromoteAsync("a", Alice, "", Token);
        var first = await Assert.ThrowsAsync<NoEarlierModelException>(() => Registry.RollBackAsync(null, Alice, "", Token));
        Assert.Contains("before 'a'", first.Message, StringComparison.Ordinal);
        Assert.Single((await Registry.ReadAsync(Token)).History);
    }

    [Fact]
    public async Task RollBack_EarlierModelDeleted_IsRefusedAndChangesNothing()
    {
        await AddAsync("a", "b");
        await Registry.PromoteAsync("a", Alice, "", Token);
        await Registry.PromoteAsync("b", Alice, "", Token);
        await Store.DeleteAsync(ModelPaths.Card("a"), Token);
        await Assert.ThrowsAsync<UnknownModelException>(() => Registry.RollBackAsync(null, Alice, "", Token));
        Assert.Equal("b", (await Registry.ReadAsync(Token)).Current);
    }

    [Fact]
    public async Task Changes_OfManyAtOnce_AreAllInTheHistoryInOneOrder()
    {
        string[] models = [.. Enumerable.Range(0, 12).Select(i => $"m{i}")];
        await AddAsync([.. models, "base"]);
        await Registry.PromoteAsync("base", Alice, "", Token);
        var changes = await Task.WhenAll(
            models.Select(model =>
                Task.Run(
                    async () =>
                    {
                        var mine = (await Registry.PromoteAsync(model, AliasActor.OfRun(model), "", Token)).Entry;
                        var back = await Registry.RollBackAsync(null, Alice, "", Token);
                        return (AliasEntry[])[mine, back];
                    },
                    Token
                )
            )
        );

        var alias = await Registry.ReadAsync(Token);
        Assert.Equal(Enumerable.Range(1, (2 * models.Length) + 1).Select(i => (long)i), alias.History.Select(entry => entry.Sequence));
        Assert.Equal(alias.History.Skip(1), changes.SelectMany(pair => pair).OrderBy(entry => entry.Sequence));
        Assert.All(alias.History.Zip(alias.History.Skip(1)), pair => Assert.Equal(pair.First.Model, pair.Second.Previous));
        Assert.Equal("base", alias.Current);
    }

    [Fact]
    public async Task RollBack_RepeatedWithTheModelThatWasToGo_GoesBackOnce()
    {
        await AddAsync("a", "b", "c");
        foreach (var model in new[] { "a", "b", "c" })
        {
            await Registry.PromoteAsync(model, Alice, "", Token);
        }

        Assert.Equal("b", (await Registry.RollBackAsync("c", Alice, "", Token)).Model);
        var refusal = await Assert.ThrowsAsync<OtherModelInProductionException>(() => Registry.RollBackAsync("c", Alice, "", Token));

        Assert.Equal("b", refusal.Current);
        Assert.Contains("'b' is", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("b", (await Registry.ReadAsync(Token)).Current);
    }

    [Fact]
    public async Task RollBack_WhoseLandedWriteWasBuiltOn_IsNotMadeAgain()
    {
        await AddAsync("a", "b", "c", "d");
        foreach (var model in new[] { "a", "b", "c" })
        {
            await Registry.PromoteAsync(model, Alice, "", Token);
        }

        var entry = await new ModelRegistry(AnswerLostThen(() => Registry.PromoteAsync("d", Alice, "", Token)), _time).RollBackAsync(
            null,
            Alice,
            "",
            Token
        );

        var alias = await Registry.ReadAsync(Token);
        Assert.Equal(("b", 4), (entry.Model, entry.Sequence));
        Assert.Equal(["a", "b", "c", "b", "d"], alias.History.Select(each => each.Model));
    }

    [Fact]
    public async Task Promote_WhoseLandedWriteWasBuiltOn_IsNotMadeAgain()
    {
        await AddAsync("a", "b", "c");
        await Registry.PromoteAsync("a", Alice, "", Token);

        var change = await new ModelRegistry(AnswerLostThen(() => Registry.PromoteAsync("c", Alice, "", Token)), _time).PromoteAsync(
            "b",
            Alice,
            "",
            Token
        );

        Assert.Equal(("b", 2, true), (change.Entry.Model, change.Entry.Sequence, change.IsNew));
        Assert.Equal(["a", "b", "c"], (await Registry.ReadAsync(Token)).History.Select(each => each.Model));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A store that, once, writes and answers as if another had been faster, and lets somebody else write meanwhile: as after an
    /// answer that was lost and a retry.
    /// </summary>
    private LossyStore AnswerLostThen(Func<Task> meanwhile) => new(Store, meanwhile);

    [GeneratedRegex("\"id\": \"[0-9a-f]{32}\"")]
    private static partial Regex EntryId();

    private async Task AddAsync(params string[] models)
    {
        foreach (var model in models)
        {
            await Store.PutAsync(ModelPaths.Card(model), new MemoryStream("{}"u8.ToArray()), Token);
        }
    }
}
