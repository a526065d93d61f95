using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Faces;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Inference.Models;

/// <summary>A trained classifier and what it says of itself. Thread-safe.</summary>
public sealed class ExpressionModel : IDisposable
{
    private const string Pixels = "pixels";
    private const string Probabilities = "probabilities";

    /// <summary>Faces run together: beyond this a batch only costs memory.</summary>
    private const int BatchSize = 64;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private volatile bool _disposed;

    private ExpressionModel(InferenceSession session, ServedModel description, int size, string digest) =>
        (_session, Description, Size, Digest) = (session, description, size, digest);

    public ServedModel Description { get; }

    /// <summary>Side of the network's input in pixels.</summary>
    public int Size { get; }

    /// <summary>SHA-256 of the file, in hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>Why it runs on the CPU though a GPU was wanted; null where it runs where it was to.</summary>
    public string? WhyNotCuda { get; private init; }

    /// <summary>Opens an ONNX file of SsFer's, and runs it once: what cannot answer is not put into service.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Names it in errors.</param>
    /// <param name="device">Where it is to run.</param>
    /// <exception cref="ExpressionModelException">It is damaged, of another kind, or does not answer.</exception>
    public static ExpressionModel Load(byte[] file, string name, OnnxDevice device = OnnxDevice.Cpu)
    {
        var (session, whyNotCuda) = Open(file, name, device);
        ExpressionModel? model = null;
        try
        {
            var description = ServedModel.Of(session.ModelMetadata.CustomMetadataMap, name);
            if (
                !session.InputMetadata.TryGetValue(Pixels, out var input)
                || input.Dimensions is not [-1, 3, var height, var width]
                || height != width
                || !session.OutputMetadata.ContainsKey(Probabilities)
            )
            {
                throw new ExpressionModelException(
                    $"{name} has no input '{Pixels}' [batch, 3, size, size] and output '{Probabilities}': serve a file written "
                        + $"by ssfer export --onnx"
                );
            }

            model = new ExpressionModel(session, description, width, Convert.ToHexStringLower(SHA256.HashData(file)))
            {
                WhyNotCuda = whyNotCuda,
            };
            var answer = model.Classify([new Picture(width, height, new byte[3 * width * height])], CancellationToken.None)[0];
            if (answer.Length != description.Classes.Count || !answer.All(float.IsFinite))
            {
                throw new ExpressionModelException(
                    $"{name} answers with {answer.Length} values ({string.Join(", ", answer.Take(3))}, ...) for "
                        + $"{description.Classes.Count} classes: export the model again"
                );
            }

            return model;
        }
        catch (Exception fault)
        {
            session.Dispose();
            model?._run.Dispose();
            if (fault is ArtifactException or OnnxRuntimeException)
            {
                throw new ExpressionModelException(fault.Message, fault);
            }

            throw;
        }
    }

    /// <summary>Probabilities of every class for each face.</summary>
    /// <param name="faces">Of <see cref="Size"/> pixels a side.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    public IReadOnlyList<float[]> Classify(IEnumerable<Picture> faces, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ObjectDisposedException.ThrowIf(_disposed, this); // ONNX Runtime does not look, and the process would end
        var rows = new List<float[]>();
        foreach (var batch in faces.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var input = OrtValue.CreateTensorValueFromMemory(Planes(batch), [batch.Length, 3, Size, Size]);
            using var outputs = _session.Run(_run, [Pixels], [input], [Probabilities]);
            var values = outputs[0].GetTensorDataAsSpan<float>(); // [batch, classes]
            var classes = values.Length / batch.Length;
            for (var i = 0; i < batch.Length; i++)
            {
                rows.Add(values.Slice(i * classes, classes).ToArray());
            }
        }

        return rows;
    }

    public void Dispose()
    {
        _disposed = true;
        _session.Dispose();
        _run.Dispose();
    }

    private static (InferenceSession Session, string? WhyNotCuda) Open(byte[] file, string name, OnnxDevice device)
    {
        try
        {
            return OnnxSessions.Open(file, device, Environment.ProcessorCount);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ExpressionModelException(
                $"{name} is not a model ONNX Runtime can load ({fault.Message.Split('\n')[0]}): export it again",
                fault
            );
        }
    }

    /// <summary>[N, 3, S, S] in [0, 1].</summary>
    private float[] Planes(Picture[] faces)
    {
        var plane = Size * Size;
        var planes = new float[faces.Length * 3 * plane];
        for (var i = 0; i < faces.Length; i++)
        {
            var pixels = faces[i].Pixels;
            if (pixels.Length != 3 * plane)
            {
                throw new ArgumentException(
                    $"the model takes faces of {Size} x {Size} pixels, got {faces[i].Width} x {faces[i].Height}",
                    nameof(faces)
                );
            }

            var target = planes.AsSpan(i * 3 * plane, 3 * plane);
            for (var at = 0; at < plane; at++)
            {
                target[at] = pixels[3 * at] / 255f;
                target[plane + at] = pixels[(3 * at) + 1] / 255f;
                target[(2 * plane) + at] = pixels[(3 * at) + 2] / 255f;
            }
        }

        return planes;
    }
}

/// <summary>A file is not a model that can be served; the message names it and the cure.</summary>
public sealed class ExpressionModelException(string message, Exception? inner = null) : UserFacingException(message, inner);
