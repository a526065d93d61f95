using Microsoft.ML.OnnxRuntime;
using SsFer.Faces;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Onnx;
using SsFer.Learning.Training;

namespace SsFer.Evaluation.Int8;

/// <summary>A classifier's ONNX file, run over prepared faces as the endpoint runs it.</summary>
internal sealed class OnnxFaces : IDisposable
{
    private const int BatchSize = 64;
    private const int Colours = 3;

    private readonly InferenceSession _session;
    private readonly int _size;

    /// <param name="file">Written by <see cref="OnnxClassifier"/>.</param>
    /// <param name="size">Side of a face in pixels.</param>
    /// <param name="keepsActivations">Whether outputs inside the network are left as they are, and not fused away.</param>
    public OnnxFaces(byte[] file, int size, bool keepsActivations = false)
    {
        using var options = OnnxSessions.CpuOptions(Environment.ProcessorCount);
        if (keepsActivations)
        {
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        }

        _session = new InferenceSession(file, options);
        _size = size;
    }

    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <summary>Probabilities of each face, in the order of the logits.</summary>
    public IReadOnlyList<float[]> Predict(IFaceSource faces, CancellationToken cancellationToken)
    {
        var predicted = new List<float[]>(faces.Count);
        Run(
            faces,
            [OnnxClassifier.Probabilities],
            outputs =>
            {
                var values = outputs[0].GetTensorDataAsSpan<float>(); // [batch, classes]
                var classes = (int)outputs[0].GetTensorTypeAndShape().Shape[1];
                for (var at = 0; at < values.Length; at += classes)
                {
                    predicted.Add(values.Slice(at, classes).ToArray());
                }
            },
            cancellationToken
        );
        return predicted;
    }

    /// <summary>Hands on the outputs of batch after batch.</summary>
    public void Run(
        IFaceSource faces,
        IReadOnlyList<string> outputs,
        Action<IReadOnlyList<OrtValue>> take,
        CancellationToken cancellationToken
    )
    {
        using var run = new RunOptions();
        foreach (var batch in Enumerable.Range(0, faces.Count).Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] pixels = [.. batch.SelectMany(index => Planes(faces.Read(index)))];
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [batch.Length, Colours, _size, _size]);
            using var values = _session.Run(run, [OnnxClassifier.Pixels], [input], outputs);
            take([.. values]);
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>[3, S, S] in [0, 1]; grey is each of the three.</summary>
    private IEnumerable<float> Planes(PlanarImage face) =>
        (face.Height, face.Width) == (_size, _size)
            ? Enumerable.Range(0, Colours / face.Channels).SelectMany(_ => face.Pixels.Select(value => value / 255f))
            : throw new ArgumentException($"the model takes faces of {_size} pixels, got {face.Width} x {face.Height}", nameof(face));
}
