using System.Diagnostics;

namespace SsFer.LocalServers;

/// <summary>How a program of this machine is started: whoever does it, the app host or a test, starts the same.</summary>
/// <param name="Command">Its file.</param>
/// <param name="Arguments">In their order.</param>
/// <param name="Environment">Variables over those of the caller.</param>
/// <param name="Folder">Working directory; all that it writes lies below.</param>
public sealed record LocalProgram(
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string Folder
)
{
    public ProcessStartInfo ToStartInfo()
    {
        var start = new ProcessStartInfo(Command, Arguments) { WorkingDirectory = Folder };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
