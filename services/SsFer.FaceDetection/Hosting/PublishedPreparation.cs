using SsFer.Artifacts.Runs;

namespace SsFer.FaceDetection.Hosting;

/// <summary>Hands the progress of a preparation to those who publish it; a picture is a step.</summary>
internal sealed class PublishedPreparation(StageClaim claim, IStageProgressSink sink, TimeProvider time) : IProgress<PreparationProgress>
{
    private readonly long _began = time.GetTimestamp();
    private int? _first;

    public void Report(PreparationProgress value)
    {
        // A resumed preparation begins with what an earlier one did.
        _first ??= value.Done;
        var seconds = time.GetElapsedTime(_began).TotalSeconds;
        sink.Report(
            new StageProgress
            {
                Run = claim.Spec.Id,
                Stage = claim.Stage.Name,
                Step = value.Done,
                TotalSteps = value.Total,
                ImagesPerSecond = seconds > 0 ? (value.Done - _first.Value) / seconds : 0,
                Metrics = new Dictionary<string, double>
                {
                    ["noFace"] = value.NoFace,
                    ["severalFaces"] = value.SeveralFaces,
                    ["rejected"] = value.Rejected,
                },
            }
        );
    }
}
