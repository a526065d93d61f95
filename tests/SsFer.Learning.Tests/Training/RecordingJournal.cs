using SsFer.Learning.Training;
using SsFer.Learning.Weights;

namespace SsFer.Learning.Tests.Training;

/// <summary>Keeps what the loop reports and saves; tests hook in at a report.</summary>
internal sealed class RecordingJournal(Action<TrainingMetrics>? atReport = null) : ITrainingJournal
{
    public List<TrainingMetrics> Reports { get; } = [];

    public List<(long Step, byte[] State)> Checkpoints { get; } = [];

    public IEnumerable<double> Losses => Reports.Select(report => report.Values["loss"]);

    public static byte[] Bytes(IReadOnlyList<StateTensor> state)
    {
        using var stream = new MemoryStream();
        Safetensors
            .WriteAsync(
                stream,
                state.Select(tensor => KeyValuePair.Create($"{tensor.File}/{tensor.Name}", tensor.Tensor)),
                null,
                CancellationToken.None
            )
            .GetAwaiter()
            .GetResult();
        return stream.ToArray();
    }

    public void Report(TrainingMetrics metrics)
    {
        Reports.Add(metrics);
        atReport?.Invoke(metrics);
    }

    public void Checkpoint(long step, IReadOnlyList<StateTensor> state) => Checkpoints.Add((step, Bytes(state)));
}
