using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Tests.Terminal;

public sealed class CommandErrorsTests : IDisposable
{
    private readonly StringWriter _error = new() { NewLine = "\n" };

    [Fact]
    public void Report_KnownFault_IsItsMessageAlone()
    {
        var code = Report(new ArtifactException("nothing is stored at 'a/b'"));

        Assert.Equal((1, "error: nothing is stored at 'a/b'\n"), (code, _error.ToString()));
    }

    [Fact]
    public void Report_UnknownFault_IsOneLineThatOffersDetails()
    {
        var code = Report(new InvalidOperationException("first\nsecond"));

        Assert.Equal(1, code);
        Assert.Equal(
            "error: InvalidOperationException: first second; this is a defect in SsFer, run with --verbose for details\n",
            _error.ToString()
        );
    }

    [Fact]
    public void Report_Verbose_ShowsWhereItComesFrom()
    {
        try
        {
            throw new InvalidOperationException("why");
        }
        catch (InvalidOperationException fault)
        {
            Report(fault, verbose: true);
        }

        Assert.Contains(nameof(Report_Verbose_ShowsWhereItComesFrom), _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_CancelledByTheUser_IsInterrupted()
    {
        var code = Report(new OperationCanceledException(), cancelled: true);

        Assert.Equal(130, code);
        Assert.StartsWith("interrupted", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_CancelledByNobody_IsADefect() => Assert.Equal(1, Report(new TaskCanceledException()));

    public void Dispose() => _error.Dispose();

    private int Report(Exception fault, bool verbose = false, bool cancelled = false) =>
        CommandErrors.Report(fault, _error, verbose, new CancellationToken(cancelled));
}
