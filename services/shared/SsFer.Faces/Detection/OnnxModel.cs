using Microsoft.ML.OnnxRuntime;

namespace SsFer.Faces.Detection;

/// <summary>A network with one picture-shaped float input, run on the CPU. <see cref="Run"/> is thread-safe.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string _inputName;

    /// <exception cref="DetectorModelException">No file there, or ONNX Runtime does not take it.</exception>
    public OnnxModel(string path, int threads)
    {
        Path = path;
        if (!File.Exists(path))
        {
            throw new DetectorModelException(
                $"no detector model at '{path}': give the path of an ONNX file (the build puts BlazeFace at models/blazeface.onnx)"
            );
        }

        using var options = OnnxSessions.CpuOptions(threads);
        try
        {
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DetectorModelException($"'{path}' is not a model ONNX Runtime can load: {e.Message.Split('\n')[0]}", e);
        }
        var input = _session.InputMetadata.First();
        _inputName = input.Key;
        InputShape = input.Value.Dimensions;
    }

    public string Path { get; }

    /// <summary>As the file declares it; -1 where a dimension is free.</summary>
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>All outputs in the order of the file.</summary>
    public IReadOnlyList<OnnxTensor> Run(Memory<float> input, long[] shape)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, shape);
        using var outputs = _session.Run(_runOptions, [_inputName], [value], _session.OutputNames);
        return
        [
            .. outputs.Select(output => new OnnxTensor(
                output.GetTensorTypeAndShape().Shape,
                output.GetTensorDataAsSpan<float>().ToArray()
            )),
        ];
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }
}

/// <summary>One output: its actual shape and its values in row-major order.</summary>
internal sealed record OnnxTensor(long[] Shape, float[] Values)
{
    public string ShapeText => string.Join(" x ", Shape);
}
