using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using SsFer.Contracts;
using SsFer.Contracts.Events;

namespace SsFer.StageHosting.Tests;

public sealed class StageSpansTests : IDisposable
{
    private const int StepsPerEpoch = 10;

    private readonly ActivitySource _source = new(nameof(StageSpansTests));
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == nameof(StageSpansTests),
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
    };
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly List<(object? Done, object? Epochs, TimeSpan Took)> _epochs = [];

    public StageSpansTests()
    {
        _listener.ActivityStopped = activity =>
        {
            if (activity.OperationName == "epoch")
            {
                _epochs.Add((activity.GetTagItem("ssfer.epoch"), activity.GetTagItem("ssfer.epochs"), activity.Duration));
            }
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Theory]
    [InlineData(0, new[] { 4, 10, 15, 20 }, new[] { 1, 2 })]
    [InlineData(15, new[] { 18, 20, 30 }, new[] { 2, 3 })] // resumed in the midst of the second
    [InlineData(0, new[] { 9 }, new int[0])]
    public void Epochs_ThatEnd_AreASpanEach(int firstStep, int[] reports, int[] ended)
    {
        Report(firstStep, reports);

        Assert.Equal(ended.Select(epoch => (object)(long)epoch), _epochs.Select(epoch => epoch.Done!));
        Assert.All(_epochs, epoch => Assert.Equal(1L, epoch.Epochs));
    }

    [Fact]
    public void Epochs_ThatEndBetweenTwoReports_ShareASpanFromTheOneBeforeToTheReport()
    {
        Report(0, [10, 40]);

        Assert.Equal(
            [(1L, 1L, TimeSpan.FromSeconds(1)), (4L, 3L, TimeSpan.FromSeconds(1))],
            _epochs.Select(e => ((long)e.Done!, (long)e.Epochs!, e.Took))
        );
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    /// <summary>A second before each report.</summary>
    private void Report(int firstStep, int[] steps)
    {
        using var stage = _source.StartActivity("stage")!;
        var spans = new StageSpans(_source, stage, _time);
        spans.Started(firstStep);
        foreach (var step in steps)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            spans.Progressed(
                new StageProgressed
                {
                    Run = "run",
                    Stage = "stage",
                    Kind = StageKind.Pretraining,
                    Step = step,
                    TotalSteps = 100,
                    ImagesPerSecond = 1,
                    Metrics = new Dictionary<string, double> { [MetricNames.Epoch] = (double)step / StepsPerEpoch },
                }
            );
        }
    }
}
