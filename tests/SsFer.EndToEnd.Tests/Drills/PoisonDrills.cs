using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Contracts.Events;
using SsFer.EndToEnd.Tests.Harness;
using SsFer.Planning;

namespace SsFer.EndToEnd.Tests.Drills;

/// <summary>Data that no attempt can heal.</summary>
public sealed class PoisonDrills(Servers servers, CalmRunFixture calmRun) : DrillTest(servers, calmRun)
{
    private const string Poisoned = "poisoned";

    [Fact]
    public async Task Dataset_WithAnUnreadableFace_FailsAtOnceNamingItAndOthersGoOn()
    {
        var system = await SystemWithFacesAsync();
        var version = await WritePoisonedAsync(system);
        var spec = SmallRun.Spec(Poisoned, version);
        await system.Runs.CreateAsync(
            spec with
            {
                Labelled = spec.Labelled! with { Name = Poisoned },
                Validation = null,
            },
            SmallRun.FromFaces(1),
            Token
        );
        await CreateRunAsync(system, trainings: 1);
        system.Start(Service.Of(StageKind.Pretraining));

        var failed = (await system.UntilClosedAsync(Poisoned, Token)).Stages[TrainingPlan.Pretraining];

        Assert.Equal((StageState.Failed, 1), (failed.State, failed.Attempt));
        Assert.Contains("face-07", failed.Error, StringComparison.Ordinal);
        await AssertEndsAsCalmAsync(system);
        await system.Bus.UntilHeardAsync<StageFailed>(told => told.Run == Poisoned, Token);
        var told = Assert.Single(system.Bus.Of<StageFailed>(told => told.Run == Poisoned));
        Assert.Equal((1, failed.Error), (told.Attempts, told.Reason));
    }

    [Fact]
    public async Task Dataset_WithADamagedShard_FailsAtOnceNamingItAndOthersGoOn()
    {
        var system = await SystemWithFacesAsync();
        await ForgetPreparationsAsync(system);
        var good = await system.Runs.CreateAsync(SmallRun.Spec(Run, Calm.Prepared), SmallRun.FromFaces(1), Token);
        var raw = await new DatasetCatalog(system.Store).ReadManifestAsync(SmallRun.Dataset, Calm.Raw, Token);
        var shard = $"{Containers.Datasets}/{SmallRun.Dataset}/{raw.Shards[0].File}";
        await system.Store.PutAsync(shard, new MemoryStream(new byte[10_240]), Token);
        await system.Runs.CreateAsync(SmallRun.Spec(Poisoned, Calm.Raw), SmallRun.FromPictures(Calm.Raw), Token);
        system.Start(Service.Of(StageKind.FaceDetection));
        system.Start(Service.Of(StageKind.Pretraining));

        var failed = (await system.UntilClosedAsync(Poisoned, Token)).Stages[SmallRun.Preparation];

        Assert.Equal((StageState.Failed, 1), (failed.State, failed.Attempt));
        Assert.Contains(shard, failed.Error, StringComparison.Ordinal);
        await AssertEndsAsCalmAsync(system, good.Spec.Id);
    }

    /// <summary>Faces of the same pictures that were prepared before would be found, and no picture be read.</summary>
    private static async Task ForgetPreparationsAsync(SystemUnderTest system)
    {
        var notes = await system.Store.ListAsync($"{Containers.Datasets}/{SmallRun.Dataset}/preparations/", Token).ToListAsync(Token);
        Assert.NotEmpty(notes);
        foreach (var note in notes)
        {
            await system.Store.DeleteAsync(note.Path, Token);
        }
    }

    /// <summary>Prepared faces as some other program might have written them: one is no picture at all.</summary>
    private static async Task<string> WritePoisonedAsync(SystemUnderTest system)
    {
        var draft = new DatasetDraft
        {
            Name = Poisoned,
            Kind = DatasetKind.Prepared,
            Size = SmallRun.Recipe.Model.ImageSize,
            Classes = ["sad", "happy"],
        };
        await using var writer = DatasetWriter.Create(system.Store, draft);
        for (var face = 0; face < 16; face++)
        {
            var item = new DatasetItem
            {
                Key = $"face-{face:00}",
                Split = DatasetSplit.Train,
                Label = draft.Classes[face % 2],
                Source = $"{face}.png",
            };
            await writer.AddAsync(item, face == 7 ? "no picture"u8.ToArray() : Grey(), "png", Token);
        }

        return (await writer.CompleteAsync(new Dictionary<string, string>(), Token)).Version;
    }

    private static byte[] Grey()
    {
        var side = SmallRun.Recipe.Model.ImageSize;
        return new Faces.Imaging.Picture(side, side, [.. Enumerable.Repeat((byte)128, side * side * 3)]).EncodePng();
    }
}
