using SsFer.Contracts;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>The executables of the system.</summary>
internal static class Service
{
    public const string Console = "SsFer.Console";
    public const string Inference = "SsFer.Inference";

    /// <summary>Those that do stages, in the order of the method.</summary>
    public static IReadOnlyList<string> Workers { get; } = [.. Enum.GetValues<StageKind>().Select(Of)];

    public static IReadOnlyList<string> All { get; } = [.. Workers, Console, Inference];

    public static string Of(StageKind kind) => $"SsFer.{kind}";
}
