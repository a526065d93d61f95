using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace SsFer.AppHost.Servers;

/// <summary>Whether broker and blob service run in containers: <c>Servers:Containers</c>, or else whether an engine answers.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asked once: an engine that comes or goes while the system is composed must not split it.</summary>
    private static readonly Lazy<bool> Answers = new(() => Answer("docker") || Answer("podman"));

    public static bool IsUsed(IConfiguration configuration) => configuration.GetValue<bool?>("Servers:Containers") ?? Answers.Value;

    /// <summary>The engine itself: its client may be there without it.</summary>
    private static bool Answer(string client)
    {
        try
        {
            using var asked = Process.Start(
                new ProcessStartInfo(client, ["info"]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            asked.OutputDataReceived += (_, _) => { };
            asked.ErrorDataReceived += (_, _) => { };
            asked.BeginOutputReadLine();
            asked.BeginErrorReadLine();
            if (asked.WaitForExit(Patience))
            {
                return asked.ExitCode == 0;
            }

            asked.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // there is no such client
        }
    }
}
