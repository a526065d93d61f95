using System.Text;
using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Models;

/// <summary>
/// What weights have learned from, over all runs behind them. It stands in the metadata of every weights file, so that an exported one
/// that is given back, here or elsewhere, still tells which faces it knows.
/// </summary>
public sealed record WeightsLineage
{
    private const string Key = "lineage";

    /// <summary>Of weights that say nothing, such as those of another program.</summary>
    public static WeightsLineage Unknown { get; } = new() { Runs = [], IsComplete = false };

    /// <summary>Of random weights.</summary>
    public static WeightsLineage Nothing { get; } = new() { Runs = [] };

    /// <summary>Every run that had a part in them.</summary>
    public required IReadOnlyList<LearnedFaces> Runs { get; init; }

    /// <summary>False where the first of the runs began with weights of which nothing is known.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The same after one more run, which counts once.</summary>
    /// <param name="run">With references to what it reads.</param>
    public WeightsLineage After(RunSpec run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Runs.Any(learned => learned.Run == run.Id) ? this : this with { Runs = [.. Runs, LearnedFaces.Of(run)] };
    }

    public KeyValuePair<string, string> ToMetadata() => KeyValuePair.Create(Key, JsonSerializer.Serialize(this, ArtifactJson.Line));

    /// <summary>What a file's metadata say; <see cref="Unknown"/> where they do not.</summary>
    /// <exception cref="CorruptArtifactException">They cannot be read; the message names the file.</exception>
    public static WeightsLineage Of(IReadOnlyDictionary<string, string> metadata, string name)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.TryGetValue(Key, out var json)
            ? ArtifactJson.Deserialize<WeightsLineage>(Encoding.UTF8.GetBytes(json), $"{name}, metadata '{Key}'")
            : Unknown;
    }
}

/// <summary>What one run learned from.</summary>
/// <param name="Run">Id of the run.</param>
/// <param name="Faces">Its datasets, split by split, whether it used their labels or not.</param>
/// <param name="HeldOut">What it left out of other datasets, to be evaluated on; null for nothing.</param>
public sealed record LearnedFaces(string Run, IReadOnlyList<DatasetReference> Faces, DatasetReference? HeldOut = null)
{
    public static LearnedFaces Of(RunSpec run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new LearnedFaces(run.Id, [.. run.Unlabelled.Append(run.Labelled).OfType<DatasetReference>().Distinct()], run.Validation);
    }
}
