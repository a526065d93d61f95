using Microsoft.Extensions.Time.Testing;
using SsFer.Cli.Commands.Data;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Tests.Terminal;

public sealed class DisplayedProgressTests
{
    [Fact]
    public void Report_StageThatBeginsInTheMiddle_IsSaidToResumeWhicheverStageItIs()
    {
        var (output, error) = (new StringWriter(), new StringWriter { NewLine = "\n" });
        var terminal = new CommandTerminal(output, error, json: false, interactive: false, new FakeTimeProvider());
        var shown = new List<ProgressUpdate>();
        var progress = new DisplayedProgress<ProgressUpdate>(terminal, new Recorder(shown), update => update);

        ProgressUpdate[] updates =
        [
            new("draw", 0, 3, "images"),
            new("draw", 3, 3, "images"),
            new("import", 5000, 9000, "images"),
            new("import", 5001, 9000, "images"),
        ];
        Array.ForEach(updates, progress.Report);

        Assert.Equal("import: resumes at 5,000 of 9,000 images\n", error.ToString());
        Assert.Equal(updates, shown);
    }

    private sealed class Recorder(List<ProgressUpdate> shown) : IProgressDisplay
    {
        public void Report(ProgressUpdate update) => shown.Add(update);
    }
}
