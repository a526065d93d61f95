using Microsoft.Extensions.Time.Testing;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Tests.Terminal;

public sealed class LineProgressTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    [Fact]
    public void Report_EverySecond_WritesALineEveryTenSecondsAndOneAtTheEnd()
    {
        using (var progress = new LineProgress(_error, _time))
        {
            for (var second = 0; second <= 25; second++)
            {
                progress.Report(new ProgressUpdate("import", 100 * second, 2500, "images"));
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal(
            """
            import: 1,000 of 2,500 images (40 %), 100 images/s, 15 s left
            import: 2,000 of 2,500 images (80 %), 100 images/s, 5 s left
            import: 2,500 of 2,500 images (100 %), 100 images/s

            """,
            _error.ToString()
        );
    }

    [Fact]
    public void Report_ResumedWork_CountsOnlyWhatWasDoneSince()
    {
        using var progress = new LineProgress(_error, _time);

        progress.Report(new ProgressUpdate("pre-training", 1_000_000, 2_000_000, "images"));
        _time.Advance(TimeSpan.FromSeconds(10));
        progress.Report(new ProgressUpdate("pre-training", 1_005_000, 2_000_000, "images", "loss 0.412"));

        Assert.Equal("pre-training: 1,005,000 of 2,000,000 images (50 %), 500 images/s, 33 min 10 s left, loss 0.412\n", _error.ToString());
    }

    [Fact]
    public void Report_LastPicture_IsWrittenAtOnceAndOnlyOnce()
    {
        var progress = new LineProgress(_error, _time);
        progress.Report(new ProgressUpdate("import", 9, 10, "images"));
        _time.Advance(TimeSpan.FromSeconds(1));

        progress.Report(new ProgressUpdate("import", 10, 10, "images"));
        var written = _error.ToString();
        progress.Report(new ProgressUpdate("import", 10, 10, "images"));
        progress.Dispose();

        Assert.Equal("import: 10 of 10 images (100 %), 1.00 images/s\n", written);
        Assert.Equal(written, _error.ToString());
    }

    [Fact]
    public void Report_NextStage_EndsTheOneBeforeAndForgetsItsRate()
    {
        using (var progress = new LineProgress(_error, _time))
        {
            progress.Report(new ProgressUpdate("fine-tuning", 0, 10, "images"));
            _time.Advance(TimeSpan.FromSeconds(5));
            progress.Report(new ProgressUpdate("fine-tuning", 10, 10, "images"));
            progress.Report(new ProgressUpdate("evaluation", 1, 0, "images"));
        }

        Assert.Equal("fine-tuning: 10 of 10 images (100 %), 2.00 images/s\nevaluation: 1 images\n", _error.ToString());
    }

    [Fact]
    public void Rate_AfterAPause_IsThatOfTheLastHalfMinute()
    {
        var rate = new RateEstimate(_time);
        for (var second = 0; second <= 300; second++)
        {
            rate.Add(second < 200 ? 10 * second : 2000 + 50 * (second - 200));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(50, rate.Current!.Value, 1e-6);
        Assert.Equal(TimeSpan.FromSeconds(2), rate.TimeLeft(7000, 7100));
    }

    [Theory]
    [InlineData(12.2, "13 s")]
    [InlineData(228, "3 min 48 s")]
    [InlineData(7500, "2 h 05 min")]
    [InlineData(360_000, "100 h 00 min")]
    public void Time_InSeconds_ShowsTheTwoLargestUnits(double seconds, string text) =>
        Assert.Equal(text, ProgressText.Time(TimeSpan.FromSeconds(seconds)));

    public void Dispose() => _error.Dispose();
}
