using System.Diagnostics;

namespace SsFer.Testing;

/// <summary>What a child process is told by its test alone, and not by whoever started the tests.</summary>
public static class ChildEnvironment
{
    private const string Connections = "ConnectionStrings__";
    private static readonly string[] Names = ["DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"];

    /// <summary>Takes out what the caller's shell says of connections and of the environment's name.</summary>
    public static void ForgetCaller(this ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        foreach (var name in start.Environment.Keys.Where(IsOfServices).ToList())
        {
            start.Environment.Remove(name);
        }
    }

    private static bool IsOfServices(string name) =>
        name.StartsWith(Connections, StringComparison.OrdinalIgnoreCase) || Names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
