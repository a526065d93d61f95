using System.Numerics.Tensors;
using SsFer.Artifacts.Runs;
using SsFer.Learning.Onnx;
using SsFer.Learning.Training;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation.Int8;

/// <summary>What the scales of an int8 model come from.</summary>
public sealed record Int8Calibration
{
    /// <summary>Faces that are enough: more of them hardly widen a range.</summary>
    private const int MostFaces = 512;

    /// <summary>The model in fp32.</summary>
    public required string Model { get; init; }

    /// <summary>Where the faces were drawn from.</summary>
    public required DatasetReference Dataset { get; init; }

    public required int Faces { get; init; }

    /// <summary>Share of the faces it was measured on that both models give the same class, in [0, 1].</summary>
    public required double SameAnswers { get; init; }

    /// <summary>Runs the classifier over labelled faces, drawn by a seed, and notes how far each activation reaches.</summary>
    internal static (ActivationRanges Ranges, int Faces) Measure(
        OnnxSource source,
        PreparedFaces faces,
        ulong seed,
        CancellationToken cancellationToken
    )
    {
        using var file = new MemoryStream();
        OnnxClassifier.WriteWatched(file, source);
        using var watched = new OnnxFaces(file.ToArray(), source.Model.ImageSize, keepsActivations: true);
        var ranges = new ActivationRanges();
        var drawn = FaceSample.Draw(faces, MostFaces, seed);
        watched.Run(
            new FaceSubset(faces, drawn),
            watched.Outputs,
            outputs =>
            {
                foreach (var (name, output) in watched.Outputs.Zip(outputs))
                {
                    var values = output.GetTensorDataAsSpan<float>();
                    ranges.Include(name, TensorPrimitives.Min(values), TensorPrimitives.Max(values));
                }
            },
            cancellationToken
        );
        return (ranges, drawn.Length);
    }
}
