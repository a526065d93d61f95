using CsCheck;
using SsFer.Artifacts.Storage;

namespace SsFer.FaceDetection.Tests;

public sealed class PrepareResumeTests : IDisposable
{
    private const int Pictures = 57;
    private readonly TestDataset _dataset = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Prepare_StoppedAnywhereAnyNumberOfTimes_GivesTheManifestOfAnUndisturbedOne()
    {
        var raw = await ImportAsync();
        var calm = await _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options with { Parallelism = 3 }, null, Token);
        Assert.Equal(("12", 13), (calm.Provenance["noFace"], calm.Rejected.Count));

        await Gen.Int[1, Pictures - 1]
            .Array[1, 3]
            .SampleAsync(
                async stops =>
                {
                    await RemovePreparedAsync(calm.Version);
                    foreach (var stop in stops)
                    {
                        await Resumable.StopAfterAsync(
                            stop,
                            (progress, token) =>
                                _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, progress, token),
                            Token
                        );
                    }

                    var resumed = await _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, null, Token);
                    Assert.Equal(ArtifactJson.Serialize(calm), ArtifactJson.Serialize(resumed));
                },
                iter: 15,
                threads: 1
            );
    }

    [Fact]
    public async Task Prepare_Resumed_TellsFirstWhereItBeginsAndLooksAtNothingBefore()
    {
        var raw = await ImportAsync();
        await Resumable.StopAfterAsync(
            30,
            (progress, token) => _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, progress, token),
            Token
        );

        var seen = new List<PreparationProgress>();
        await _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, new Resumable.Progress(seen.Add), Token);

        Assert.Equal(seen[0].Stored, seen[0].Done);
        Assert.InRange(seen[0].Done, Resumable.ItemsPerShard, 30);
        Assert.Equal(Enumerable.Range(seen[0].Done, Pictures - seen[0].Done + 1), seen.Select(progress => progress.Done));
        Assert.Equal((Pictures, Pictures, 12, 13), (seen[^1].Done, seen[^1].Total, seen[^1].NoFace, seen[^1].Rejected));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Prepare_OtherOptionsThanTheStoppedOne_StartsAnew()
    {
        var raw = await ImportAsync();
        await Resumable.StopAfterAsync(
            40,
            (progress, token) => _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, Resumable.Options, progress, token),
            Token
        );

        foreach (
            var other in new[]
            {
                Resumable.Options with
                {
                    Margin = 0.3f,
                },
                Resumable.Options with
                {
                    LargestCrop = 30,
                },
                Resumable.Options with
                {
                    Budget = new Faces.Imaging.ImageBudget { MaxSide = 500 },
                },
            }
        )
        {
            var seen = new List<PreparationProgress>();
            await _dataset.Preparation.PrepareAsync(TestDataset.Name, raw, other, new Resumable.Progress(seen.Add), Token);
            Assert.Equal(0, seen[0].Done);
        }
    }

    public void Dispose() => _dataset.Dispose();

    private Task<string> ImportAsync() => Resumable.ImportAsync(_dataset, Pictures, Token);

    private async Task RemovePreparedAsync(string version)
    {
        var paths = new List<string>();
        await foreach (var artifact in _dataset.Store.ListAsync($"datasets/{TestDataset.Name}/{version}/", Token))
        {
            paths.Add(artifact.Path);
        }

        foreach (var path in paths)
        {
            await _dataset.Store.DeleteAsync(path, Token);
        }
    }
}
