using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Datasets;
using SsFer.Contracts;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>Listings of what is stored, some of it damaged.</summary>
public abstract partial class ArtifactStoreContractTests
{
    [Fact]
    public async Task Datasets_OneDamaged_IsNamedAndTheOthersAreListed()
    {
        var catalog = new DatasetCatalog(Open());
        foreach (var name in new[] { "a", "c" })
        {
            var manifest = await Sample.WriteAsync(Open(), 2, Sample.Draft(name), cancellationToken: Token);
            await catalog.PublishAsync(manifest, Token);
        }

        await PutAsync(Open(), "datasets/b/current.json", "{");

        var listed = await catalog.ListAsync(Token).ToListAsync(Token);

        Assert.Equal(["a", "b", "c"], listed.Select(dataset => dataset.Name));
        Assert.Contains("datasets/b/current.json", listed[1].Damage, StringComparison.Ordinal);
        Assert.Null(listed[1].Value);
        Assert.All([listed[0], listed[2]], dataset => Assert.Single(dataset.Value!.Prepared));
    }

    [Fact]
    public async Task Runs_OneDamaged_IsNamedAndTheOthersAreListed()
    {
        var runs = new RunStore(Open());
        var nothing = JsonSerializer.SerializeToElement(new { });
        foreach (var run in new[] { "a", "b", "c", "d" })
        {
            await runs.CreateAsync(
                new RunSpec
                {
                    Id = run,
                    RecipeName = "smoke",
                    Recipe = nothing,
                    Unlabelled = [],
                    Seed = 1,
                    Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                },
                new RunPlan
                {
                    Stages =
                    [
                        new PlannedStage
                        {
                            Name = "pretrain",
                            Kind = StageKind.Pretraining,
                            Inputs = [],
                            Parameters = nothing,
                        },
                    ],
                },
                Token
            );
        }

        await PutAsync(Open(), RunPaths.Spec("b"), "{");
        await PutAsync(Open(), RunPaths.Stage("d", "pretrain"), "{");

        var listed = new List<Listed<RunStatus>>();
        await foreach (var run in runs.ListAsync(Token))
        {
            listed.Add((await runs.FindListedAsync(run, Token))!);
        }

        Assert.Equal(["a", "b", "c", "d"], listed.Select(run => run.Name));
        Assert.Equal([true, false, true, false], listed.Select(run => run.Value is not null));
        Assert.Contains(RunPaths.Spec("b"), listed[1].Damage, StringComparison.Ordinal);
        Assert.Contains(RunPaths.Stage("d", "pretrain"), listed[3].Damage, StringComparison.Ordinal);
    }
}
