using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace SsFer.Faces;

/// <summary>
/// ONNX Runtime of the official packages sends what it runs (names and hashes of models, times, the machine) to its maker, keeps an id of
/// the machine in the user's cache folder, and on Linux and macOS does so unless a variable of the environment forbids it before its
/// first use. Who recognises faces with SsFer tells nobody.
/// </summary>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Where the user has set the variable, to whatever value, it stays.</summary>
    public static void Disable()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            return;
        }

        Environment.SetEnvironmentVariable(Variable, "1"); // for child processes
        if (OperatingSystem.IsWindows())
        {
            OrtEnv.Instance().DisableTelemetryEvents(); // the variable is not read there
        }
        else
        {
            _ = SetNative(Variable, "1", overwrite: 0); // .NET keeps an environment of its own, which libraries don't see
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
