using SsFer.Learning.Augmentation;
using SsFer.Learning.Sampling;

namespace SsFer.Learning.Training;

/// <summary>
/// Which faces each step of an epoch-wise stage sees, and what the randomness of their views derives from. Thread-safe; the last
/// partial batch is dropped.
/// </summary>
/// <param name="seed">Seed of the run.</param>
/// <param name="count">Faces in the source.</param>
/// <param name="batchSize">Faces in a step.</param>
/// <param name="firstKey">Key of the source's first face, where another source of the stage has the keys before.</param>
internal sealed class EpochBatches(ulong seed, int count, int batchSize, int firstKey = 0)
{
    /// <summary>The order of the epoch asked for last, which loader threads ask for again and again.</summary>
    private volatile Tuple<long, int[]>? _last;

    public (int Index, ViewKey Key)[] At(long step)
    {
        var (epoch, number) = Math.DivRem(step, count / batchSize);
        return Array.ConvertAll(OrderOf(epoch).AsSpan((int)number * batchSize, batchSize).ToArray(), index =>
            (index, new ViewKey(seed, epoch, firstKey + index))
        );
    }

    private int[] OrderOf(long epoch)
    {
        var last = _last;
        if (last is null || last.Item1 != epoch)
        {
            _last = last = Tuple.Create(epoch, EpochOrder.Create(seed, epoch, count));
        }

        return last.Item2;
    }
}
