using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// Where training passes leave the statistics of their batches: the running ones, in fp32, in the master weights. A pass reads those
/// of its own batch; weights that have no such place are evaluated, with the running ones.
/// </summary>
/// <param name="master">fp32 weights whose running statistics follow the batches.</param>
public sealed class RunningStatistics(ParameterSet master)
{
    private int _pauses;

    /// <summary>The running values to update; null while passes are only looked at, or computed again.</summary>
    internal Tensor? Find(ParameterSlot slot) => _pauses > 0 ? null : master[slot];

    /// <summary>Until the answer is disposed of, passes leave no trace.</summary>
    public IDisposable Pause() => new PauseScope(this);

    private sealed class PauseScope : IDisposable
    {
        private readonly RunningStatistics _paused;

        public PauseScope(RunningStatistics paused)
        {
            _paused = paused;
            _paused._pauses++;
        }

        public void Dispose() => _paused._pauses--;
    }
}
