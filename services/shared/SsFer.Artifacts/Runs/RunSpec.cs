using System.Text.Json;
using SsFer.Contracts;

namespace SsFer.Artifacts.Runs;

/// <summary>What a run was asked to do, complete: from this and the code the run can be repeated. Stored once and never changed.</summary>
public sealed record RunSpec
{
    /// <summary>Chosen by the user or a hash of what follows; letters, digits, '.', '_' and '-'.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the preset the recipe started from (paper, compact, smoke).</summary>
    public required string RecipeName { get; init; }

    /// <summary>Every hyper-parameter with its final value, overrides applied.</summary>
    public required JsonElement Recipe { get; init; }

    /// <summary>Source of the labelled faces; null for a run that needs no labels (pre-training alone).</summary>
    public DatasetReference? Labelled { get; init; }

    /// <summary>Sources of faces whose labels, if any, are not used.</summary>
    public required IReadOnlyList<DatasetReference> Unlabelled { get; init; }

    /// <summary>What the evaluation measures on; null for a run without one.</summary>
    public DatasetReference? Validation { get; init; }

    /// <summary>How many labels of <see cref="Labelled"/> may be used: "10%", "400" or "25/class"; null = all.</summary>
    public string? Labels { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>When the run was first asked for; the only member in which a repeated request may differ.</summary>
    public required DateTimeOffset Created { get; init; }
}

/// <summary>A dataset version, or one split of it.</summary>
public sealed record DatasetReference(string Name, string Version, string? Split = null)
{
    /// <summary>Folder of a version in the store, as a stage that made it names its product.</summary>
    public static string FolderOf(string name, string version) => $"{Containers.Datasets}/{name}/{version}";

    /// <summary>The version whose folder this is; null where it is none.</summary>
    public static DatasetReference? TryParseFolder(string path) =>
        path?.Split('/') is [Containers.Datasets, var name, var version] ? new DatasetReference(name, version) : null;

    public override string ToString() => Split is null ? $"{Name}/{Version}" : $"{Name}/{Version}:{Split}";
}
