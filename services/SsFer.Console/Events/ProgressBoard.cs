using System.Collections.Concurrent;
using SsFer.Console.Runs;
using SsFer.Contracts.Events;

namespace SsFer.Console.Events;

/// <summary>What running stages said last, as far as this replica heard it.</summary>
internal sealed class ProgressBoard
{
    /// <summary>A fleet runs far fewer stages at a time; beyond it the board starts anew, and each stage is back within a second.</summary>
    private const int Most = 4096;

    private readonly ConcurrentDictionary<(string Run, string Stage), ProgressAnswer> _newest = new();

    public void Put(StageProgressed progress)
    {
        if (_newest.Count >= Most)
        {
            _newest.Clear();
        }

        _newest[(progress.Run, progress.Stage)] = new ProgressAnswer(
            progress.Step,
            progress.TotalSteps,
            progress.ImagesPerSecond,
            progress.Metrics
        );
    }

    public ProgressAnswer? Find(string run, string stage) => _newest.GetValueOrDefault((run, stage));
}
