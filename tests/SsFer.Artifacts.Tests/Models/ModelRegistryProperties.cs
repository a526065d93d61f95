using CsCheck;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Models;

[Trait("Category", "Slow")]
public sealed class ModelRegistryProperties
{
    private const int Models = 4;

    private enum Act
    {
        PromoteByPerson,
        PromoteByRun,
        RollBack,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnySequence_OfPromotionsAndRollBacks_IsThatOfAStack()
    {
        var act = Gen.Frequency((3, Gen.Const(Act.PromoteByPerson)), (2, Gen.Const(Act.PromoteByRun)), (4, Gen.Const(Act.RollBack)));
        await Gen.Select(act, Gen.Int[0, Models - 1]).Array[1, 25].SampleAsync(PlayAsync, iter: 60);
    }

    private static async Task PlayAsync((Act Act, int Model)[] acts)
    {
        using var folder = new TemporaryFolder();
        var store = new FolderArtifactStore(folder.Path);
        for (var model = 0; model < Models; model++)
        {
            await store.PutAsync(ModelPaths.Card($"m{model}"), new MemoryStream([1]), Token);
        }

        var registry = new ModelRegistry(store, TimeProvider.System);
        var person = AliasActor.OfPerson("alice");
        var standing = new Stack<string>();
        var promotedByRun = new HashSet<string>();
        var history = new List<AliasEntry>();
        foreach (var (act, number) in acts)
        {
            var model = $"m{number}";
            var expected = standing.TryPeek(out var current) ? current : null;
            switch (act)
            {
                case Act.RollBack when standing.Count < 2:
                    await Assert.ThrowsAsync<NoEarlierModelException>(() => registry.RollBackAsync(null, person, "", Token));
                    break;
                case Act.RollBack:
                    standing.Pop();
                    history.Add(await registry.RollBackAsync(null, person, "", Token));
                    Assert.Equal(
                        (AliasAction.RolledBack, standing.Peek(), expected),
                        (history[^1].Action, history[^1].Model, history[^1].Previous)
                    );
                    break;
                default:
                    var again = act == Act.PromoteByRun && promotedByRun.Contains(model);
                    var change = await registry.PromoteAsync(model, act == Act.PromoteByRun ? AliasActor.OfRun("r") : person, "", Token);
                    Assert.Equal(!again && model != expected, change.IsNew);
                    Assert.Equal(model, change.Entry.Model);
                    if (change.IsNew)
                    {
                        Assert.Equal((AliasAction.Promoted, expected), (change.Entry.Action, change.Entry.Previous));
                        standing.Push(model);
                        history.Add(change.Entry);
                        if (act == Act.PromoteByRun)
                        {
                            promotedByRun.Add(model);
                        }
                    }

                    break;
            }

            var alias = await registry.ReadAsync(Token);
            Assert.Equal(standing.TryPeek(out current) ? current : null, alias.Current);
            Assert.Equal(history, alias.History);
        }
    }
}
