using Microsoft.Extensions.Time.Testing;
using SsFer.Inference.Candidates;

namespace SsFer.Inference.Tests.Candidates;

public sealed class AnswerWindowTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Window_ForgetsWhatIsOlder()
    {
        var window = new AnswerWindow(TimeSpan.FromMinutes(10), _time);
        window.Add(new Attempt(IsFailed: true, Milliseconds: null));
        _time.Advance(TimeSpan.FromMinutes(6));
        window.Add(new Attempt(IsFailed: false, Milliseconds: 3));
        window.Add(new Attempt(IsFailed: false, Milliseconds: null)); // no face

        Assert.Equivalent(new RoleRecord(3, 1, [3]), window.Read());
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equivalent(new RoleRecord(2, 0, [3]), window.Read());
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equivalent(new RoleRecord(0, 0, []), window.Read());
    }

    [Fact]
    public void Window_KeepsTheNewestThousand()
    {
        var window = new AnswerWindow(TimeSpan.FromMinutes(10), _time);
        for (var i = 0; i < AnswerWindow.MostKept + 5; i++)
        {
            window.Add(new Attempt(IsFailed: i < 5, Milliseconds: i));
        }

        var record = window.Read();

        Assert.Equal((AnswerWindow.MostKept, 0, 5), (record.Requests, record.Failures, record.Milliseconds[0]));
    }
}
