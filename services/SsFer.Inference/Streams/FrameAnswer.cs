using System.Text.Json.Serialization;

namespace SsFer.Inference.Streams;

/// <summary>A line of the answer to a stream: either an answer or a problem.</summary>
public sealed record FrameAnswer
{
    /// <summary>Number of the frame, from 1.</summary>
    public required long Frame { get; init; }

    /// <summary>When it was taken, in seconds, as it says or since the stream began.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? At { get; init; }

    /// <summary>Of one picture, its faces with their tracks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExpressionsAnswer? Answer { get; init; }

    /// <summary>Why the frame was not answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FrameProblem? Problem { get; init; }
}

/// <param name="Status">As the HTTP status would be.</param>
/// <param name="Detail">What is wrong, and the cure, in one line.</param>
public sealed record FrameProblem(int Status, string Detail);
