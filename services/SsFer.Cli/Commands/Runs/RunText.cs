using System.Globalization;
using System.Text.Json;
using SsFer.Artifacts.Runs;

namespace SsFer.Cli.Commands.Runs;

/// <summary>How a run stands, in words.</summary>
internal static class RunText
{
    /// <summary>Of the whole run: its worst end, or what still moves.</summary>
    public static StageState StateOf(RunStatus run)
    {
        var states = run.Stages.Values.Select(record => record.State).ToHashSet();
        if (run.IsCompleted)
        {
            return StageState.Completed;
        }

        if (run.IsSettled)
        {
            return states.Contains(StageState.Failed) ? StageState.Failed : StageState.Cancelled;
        }

        return states.Contains(StageState.Running) ? StageState.Running : StageState.Pending;
    }

    public static string Name(StageState state) => state.ToString().ToLower(CultureInfo.InvariantCulture);

    /// <summary>The figures of a stage's product: <c>accuracy 0.576, images 12,345</c>.</summary>
    public static string Figures(StageRecord record)
    {
        if (record.Error is { } error)
        {
            return error;
        }

        if (record.Artifact?.Summary is { ValueKind: JsonValueKind.Object } summary)
        {
            return string.Join(", ", summary.EnumerateObject().Where(IsFigure).Select(figure => $"{figure.Name} {Value(figure.Value)}"));
        }

        return record.Checkpoint is { } checkpoint ? $"step {checkpoint.Step.ToString("N0", CultureInfo.InvariantCulture)}" : "";
    }

    private static bool IsFigure(JsonProperty figure) => figure.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String;

    private static string Value(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var whole) => whole.ToString("N0", CultureInfo.InvariantCulture),
            JsonValueKind.Number => value.GetDouble().ToString("0.####", CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}
