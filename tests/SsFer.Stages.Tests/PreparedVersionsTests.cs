using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Stages.Faces;

namespace SsFer.Stages.Tests;

public sealed class PreparedVersionsTests : IDisposable
{
    private readonly StagesBench _bench = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Resolve_ReferencesToRawVersions_BecomeWhatTheInputsPrepared()
    {
        var spec = Spec(
            new DatasetReference("ferplus", "raw1", DatasetSplit.Train),
            new DatasetReference("ferplus", "raw1", DatasetSplit.Validation),
            new DatasetReference("lfw", "raw2"),
            new DatasetReference("lfw-more", "prepared3")
        );

        var resolved = PreparedVersions.Resolve(
            spec,
            [Artifact("checkpoints/run/pretrain/1-600"), Artifact("datasets/ferplus/prepared1"), Artifact("datasets/lfw/prepared2")]
        );

        Assert.Equal("ferplus/prepared1:train", resolved.Labelled!.ToString());
        Assert.Equal("ferplus/prepared1:validation", resolved.Validation!.ToString());
        Assert.Equal(["lfw/prepared2", "lfw-more/prepared3"], resolved.Unlabelled.Select(reference => reference.ToString()));
        Assert.Equal(spec.Id, resolved.Id);
    }

    [Fact]
    public void Resolve_NoPreparedInput_LeavesTheSpecAsItIs()
    {
        var spec = Spec(new DatasetReference("ferplus", "prepared1"), null, new DatasetReference("lfw", "prepared2"));

        var resolved = PreparedVersions.Resolve(spec, [Artifact("checkpoints/run/pretrain/1-600"), Artifact("models/run")]);

        Assert.Equal(JsonSerializer.Serialize(spec), JsonSerializer.Serialize(resolved));
    }

    [Fact]
    public async Task RunFaces_OfARunThatNamesRawPictures_AreThoseOfItsFaceDetectionStage()
    {
        var raw = await _bench.WriteAsync("mini", 20, DatasetKind.Raw);
        var prepared = await _bench.WriteAsync("mini", 20);
        var environment = new StageEnvironment { Store = _bench.Store, Cache = _bench.Cache };
        var runs = new RunStore(_bench.Store);
        await runs.CreateAsync(
            StagesBench.Spec("run", raw, "100%"),
            new RunPlan
            {
                Stages =
                [
                    StagesBench.Planned("faces", StageKind.FaceDetection),
                    StagesBench.Planned("finetune", StageKind.FineTuning, "faces"),
                ],
            },
            Token
        );
        var ledger = new StageLedger(_bench.Store, new StageProtocolOptions(), TimeProvider.System);
        await using (var detection = (await ledger.TryClaimAsync("run", "faces", Token))!)
        {
            await detection.CompleteAsync(Artifact(DatasetReference.FolderOf(prepared.Name, prepared.Version)), Token);
        }

        await using var claim = (await ledger.TryClaimAsync("run", "finetune", Token))!;
        using var faces = await RunFaces.OpenAsync(environment, claim.SpecOfPreparedFaces(), Token);

        Assert.Equal(20, faces.All.Count);
        Assert.Equal(15, faces.Labelled.Count);
        Assert.Null(await StageWeights.InitialAsync(environment, claim, Token)); // prepared faces are no weights to start from
        await Assert.ThrowsAsync<PermanentStageException>(() => RunFaces.OpenAsync(environment, claim.Spec, Token));
    }

    public void Dispose() => _bench.Dispose();

    private static RunSpec Spec(DatasetReference labelled, DatasetReference? validation, params DatasetReference[] unlabelled) =>
        StagesBench.Spec("run", labelled, "10%", unlabelled) with
        {
            Validation = validation,
        };

    private static StageArtifact Artifact(string path) => new() { Path = path };
}
