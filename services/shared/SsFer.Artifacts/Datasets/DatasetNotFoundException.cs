using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>No dataset of this name was published to the store.</summary>
public sealed class DatasetNotFoundException(string name, IReadOnlyList<string> available)
    : ArtifactException($"there is no dataset '{name}'; {Describe(available)}: ssfer data list, or GET /api/datasets, shows what there is")
{
    private const int Shown = 8; // a message is one line

    public string Name { get; } = name;

    private static string Describe(IReadOnlyList<string> available) =>
        available.Count switch
        {
            0 => "the store holds none yet",
            <= Shown => $"the store holds {string.Join(", ", available)}",
            _ => $"the store holds {string.Join(", ", available.Take(Shown))} and {available.Count - Shown} more",
        };
}
