using Microsoft.ML.OnnxRuntime;

namespace SsFer.Faces;

/// <summary>Where a network is to run.</summary>
public enum OnnxDevice
{
    /// <summary>On a GPU where this build knows of CUDA and there is one, else on the CPU.</summary>
    Auto,

    Cpu,

    /// <summary>On a GPU, of a build with <c>-p:Accelerator=cuda</c>; on the CPU where that fails.</summary>
    Cuda,
}

/// <summary>How ONNX Runtime computes here, whatever the network: detection, classification and what is measured of it alike.</summary>
public static class OnnxSessions
{
    private const string CudaProvider = "CUDAExecutionProvider";

    static OnnxSessions() => OnnxTelemetry.Disable(); // before the first session: the library reads it once

    /// <param name="threads">Of one run. ONNX Runtime itself counts those of the machine, whatever a container may use.</param>
    /// <returns>For the CPU; the caller's, to change and to dispose.</returns>
    public static SessionOptions CpuOptions(int threads)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.x64quantprecision", "1"); // processors whose sums of int8 products overflow widen them
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"); // the processors are shared: none waits by burning one
        return options;
    }

    /// <summary>Opens a network where it is to run, or else on the CPU.</summary>
    /// <param name="file">The whole ONNX file.</param>
    /// <param name="device">Where it is to run.</param>
    /// <param name="threads">Of one run on the CPU.</param>
    /// <returns>The session, which the caller disposes, and why it does not run on a GPU; null where it does or was not to.</returns>
    /// <exception cref="OnnxRuntimeException">The file is no network that ONNX Runtime takes.</exception>
    public static (InferenceSession Session, string? WhyNotCuda) Open(byte[] file, OnnxDevice device, int threads)
    {
        string? reason = null;
        if (device == OnnxDevice.Cuda || (device == OnnxDevice.Auto && KnowsCuda))
        {
            try
            {
                return (OpenOnCuda(file, threads), null);
            }
            catch (Exception fault) when (fault is OnnxRuntimeException or EntryPointNotFoundException or NotSupportedException)
            {
                reason = fault.Message.Split('\n')[0];
            }
        }

        using var options = CpuOptions(threads);
        return (new InferenceSession(file, options), reason);
    }

    private static bool KnowsCuda => OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider, StringComparer.Ordinal);

    private static InferenceSession OpenOnCuda(byte[] file, int threads)
    {
        if (!KnowsCuda)
        {
            throw new NotSupportedException("this build is for the CPU: build with -p:Accelerator=cuda");
        }

        using var options = CpuOptions(threads);
        options.AppendExecutionProvider_CUDA();
        return new InferenceSession(file, options);
    }
}
