using System.Globalization;

namespace SsFer.Learning.Sampling;

/// <summary>How long a stage trains, in the unit its recipe states; converted to steps here and nowhere else.</summary>
public readonly record struct TrainingDuration
{
    private enum Unit
    {
        Steps,
        Images,
        Epochs,
    }

    private readonly Unit _unit;
    private readonly long _amount;

    private TrainingDuration(long amount, Unit unit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        (_amount, _unit) = (amount, unit);
    }

    public static TrainingDuration Epochs(long epochs) => new(epochs, Unit.Epochs);

    /// <summary>Images seen, repeats counted.</summary>
    public static TrainingDuration Images(long images) => new(images, Unit.Images);

    public static TrainingDuration Steps(long steps) => new(steps, Unit.Steps);

    /// <summary>
    /// Optimiser steps over a dataset of <paramref name="images"/> pictures. An epoch has images / batch steps, its last partial
    /// batch is dropped; a number of images seen is rounded down to whole batches.
    /// </summary>
    /// <exception cref="ArgumentException">An epoch would have no step, because the dataset is smaller than a batch.</exception>
    public long ToSteps(int images, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (images < batchSize && _unit == Unit.Epochs && _amount > 0)
        {
            throw new ArgumentException($"{images} images do not fill one batch of {batchSize}: set a batch size of at most {images}");
        }

        return _unit switch
        {
            Unit.Steps => _amount,
            Unit.Images => _amount / batchSize,
            _ => checked(_amount * (images / batchSize)),
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_amount} {_unit.ToString().ToLowerInvariant()}");
}
