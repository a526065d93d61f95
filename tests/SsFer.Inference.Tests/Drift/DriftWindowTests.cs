using Microsoft.Extensions.Time.Testing;
using SsFer.Artifacts.Models;
using SsFer.Inference.Drift;

namespace SsFer.Inference.Tests.Drift;

public sealed class DriftWindowTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _time = new();
    private readonly DriftWindow _window;

    public DriftWindowTests()
    {
        var reference = new PredictionReference
        {
            TopProbabilities = [0, 0, 0, 0, 0, 100, 0, 0, 0, 100],
            Expressions = new Dictionary<string, long> { ["sad"] = 100, ["glad"] = 100 },
        };
        _window = new DriftWindow(reference, ["glad", "sad"], Day, _time);
    }

    [Fact]
    public void Measure_BelowTheLeastFaces_IsNothing()
    {
        Add(DriftWindow.LeastFaces - 1, "sad", 0.55f);
        Assert.Null(_window.Measure());

        Add(1, "sad", 0.55f);
        Assert.NotNull(_window.Measure());
    }

    [Fact]
    public void Measure_OfAnswersLikeTheReference_IsZero()
    {
        Add(100, "sad", 0.55f);
        Add(100, "glad", 0.95f);

        Assert.Equal(new DriftFigures(0, 0), _window.Measure());
    }

    [Fact]
    public void Measure_OneOfTheTwoMoved_TellsWhichOne()
    {
        Add(100, "sad", 0.95f);
        Add(100, "glad", 1);

        var drift = _window.Measure()!;

        Assert.Equal((2.982070, 0), (Math.Round(drift.Confidence, 6), drift.Expressions)); // 100 / 201 ln(401)
    }

    [Fact]
    public void Measure_AfterTheWindow_HasForgottenSliceBySlice()
    {
        Add(100, "sad", 0.55f);
        _time.Advance(Day / 2);
        Add(200, "glad", 0.95f);
        _time.Advance((Day / 2) - TimeSpan.FromTicks(1));
        var whole = _window.Measure()!;

        _time.Advance(TimeSpan.FromTicks(1));
        var half = _window.Measure()!;
        _time.Advance(Day / 2);

        Assert.True(whole.Expressions < 0.2, $"{whole}");
        Assert.Equal(2.982070, half.Expressions, 6);
        Assert.Null(_window.Measure());
        Add(200, "sad", 0.95f); // in a slice that was used before
        Assert.Equal(2.982070, _window.Measure()!.Expressions, 6);
    }

    private void Add(int faces, string expression, float topProbability)
    {
        for (var i = 0; i < faces; i++)
        {
            _window.Add(expression, topProbability);
        }
    }
}
