namespace SsFer.Learning.Optimisation;

/// <summary>
/// Learning rate of each optimiser step: linear from <see cref="WarmupStart"/> to <see cref="Peak"/> over the warm-up, then half a
/// cosine from there to <see cref="Minimum"/> at the end of training. The cosine starts where the warm-up ends.
/// </summary>
public sealed record LearningRateSchedule
{
    private LearningRateSchedule() { }

    public required double WarmupStart { get; init; }

    public required double Peak { get; init; }

    public required double Minimum { get; init; }

    public required long WarmupSteps { get; init; }

    public required long TotalSteps { get; init; }

    public static LearningRateSchedule WarmupCosine(double warmupStart, double peak, double minimum, long warmupSteps, long totalSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(totalSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(warmupSteps, totalSteps);
        return new()
        {
            WarmupStart = warmupStart,
            Peak = peak,
            Minimum = minimum,
            WarmupSteps = warmupSteps,
            TotalSteps = totalSteps,
        };
    }

    /// <summary>The same rate at every step (stage three: ref builds a schedule but never steps it).</summary>
    public static LearningRateSchedule Constant(double rate) =>
        new()
        {
            WarmupStart = rate,
            Peak = rate,
            Minimum = rate,
            WarmupSteps = 0,
            TotalSteps = long.MaxValue,
        };

    /// <param name="step">Steps done before this one: 0 is the first. Past the end the rate stays at <see cref="Minimum"/>.</param>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < WarmupSteps)
        {
            return WarmupStart + (Peak - WarmupStart) * step / WarmupSteps;
        }

        if (step >= TotalSteps)
        {
            return Minimum;
        }

        var progress = (double)(step - WarmupSteps) / (TotalSteps - WarmupSteps);
        return Minimum + (Peak - Minimum) * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
