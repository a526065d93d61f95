using System.Globalization;
using SsFer.Artifacts.Datasets;

namespace SsFer.FaceDetection.Tests;

/// <summary>A dataset of many small shards, and ways to stop its preparation.</summary>
internal static class Resumable
{
    public const int ItemsPerShard = 7;

    public static readonly PreparationOptions Options = new()
    {
        Size = 24,
        Detector = DetectorChoice.Annotated,
        Parallelism = 2,
        Writer = new DatasetWriterOptions { ItemsPerShard = ItemsPerShard },
    };

    /// <summary>Of every three pictures one has no box; some are broken, the first among them. Returns the version.</summary>
    public static async Task<string> ImportAsync(TestDataset dataset, int pictures, CancellationToken cancellationToken)
    {
        await dataset.ImportAsync(
            Enumerable
                .Range(0, pictures)
                .Select(i =>
                    (
                        TestDataset.Item(i.ToString("000", CultureInfo.InvariantCulture)) with
                        {
                            Box = i % 3 == 0 ? null : [2, 3, 30 + i % 7, 35 + i % 5],
                        },
                        IsBroken(i) ? [1, 2, 3] : TestDataset.Pattern(44, 48, i)
                    )
                ),
            cancellationToken
        );
        return (await new DatasetCatalog(dataset.Store).GetAsync(TestDataset.Name, cancellationToken)).Raw!;
    }

    /// <summary>Runs the work and takes it down once that many pictures are done.</summary>
    public static async Task StopAfterAsync(
        int pictures,
        Func<IProgress<PreparationProgress>, CancellationToken, Task> work,
        CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = new Progress(state =>
        {
            if (state.Done >= pictures)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work(progress, stop.Token));
    }

    private static bool IsBroken(int i) => i % 9 is 0 or 4;

    internal sealed class Progress(Action<PreparationProgress> report) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value) => report(value);
    }
}
