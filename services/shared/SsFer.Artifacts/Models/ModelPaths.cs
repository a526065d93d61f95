using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Models;

/// <summary>Where the registry's documents lie.</summary>
public static class ModelPaths
{
    /// <summary>Folder of the aliases; no model may have its name.</summary>
    private const string AliasFolder = "aliases";

    /// <summary>Which model is in production, and all that ever were.</summary>
    public const string Production = $"{Containers.Models}/{AliasFolder}/production.json";

    /// <summary>What a model is; a model without a card does not exist.</summary>
    /// <exception cref="ArtifactNameException">No model can have this id.</exception>
    public static string Card(string model) =>
        model == AliasFolder
            ? throw new ArtifactNameException(
                $"a model cannot be named '{AliasFolder}', nor can the run that makes it: choose another id (--run)"
            )
            : $"{Containers.Models}/{ArtifactPath.RequireName("model id", model)}/card.json";
}
