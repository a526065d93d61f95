using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>
/// One of the <paramref name="Count"/> equal parts that a step's batch is computed in; <paramref name="Index"/> counts from 0.
/// </summary>
internal readonly record struct MicroBatch(int Index, int Count)
{
    /// <summary>This part's rows of a tensor that has one row per sample.</summary>
    public Tensor Of(Tensor batch)
    {
        var rows = batch.shape[0] / Count;
        return batch.narrow(0, Index * rows, rows);
    }

    /// <summary>
    /// This part's rows where the batch pairs row i with row N - 1 - i: as many from the front as, mirrored, from the back. The
    /// reversed part then pairs the same rows as the reversed batch. The part has an even number of rows, or is the whole.
    /// </summary>
    public Tensor OfPairs(Tensor batch)
    {
        if (Count == 1)
        {
            return batch;
        }

        long n = batch.shape[0],
            half = n / Count / 2;
        return cat([batch.narrow(0, Index * half, half), batch.narrow(0, n - ((Index + 1) * half), half)]);
    }
}
