using Microsoft.ML.OnnxRuntime;

namespace SsFer.Faces;

/// <summary>How ONNX Runtime computes here, whatever the network: detection, classification and what is measured of it alike.</summary>
public static class CpuSession
{
    /// <param name="threads">Of one run. ONNX Runtime itself counts those of the machine, whatever a container may use.</param>
    /// <returns>The caller's, to change and to dispose.</returns>
    public static SessionOptions Options(int threads)
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
}
