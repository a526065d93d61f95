using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Runs;

/// <summary>The stages of a run, each after all of its inputs.</summary>
public sealed record RunPlan
{
    public required IReadOnlyList<PlannedStage> Stages { get; init; }

    public PlannedStage Stage(string name) =>
        Stages.FirstOrDefault(stage => stage.Name == name)
        ?? throw new ArtifactException(
            $"the run's plan has no stage '{name}': it has {string.Join(", ", Stages.Select(stage => stage.Name))}"
        );

    /// <summary>Checks that names are unique and usable in paths, and that every input stands before the stage that needs it.</summary>
    /// <exception cref="ArtifactException">They are not.</exception>
    public void Validate()
    {
        if (Stages.Count == 0)
        {
            throw new ArtifactException("a run's plan needs at least one stage");
        }

        var before = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stage in Stages)
        {
            ArtifactPath.RequireName("stage name", stage.Name);
            if (stage.Inputs.FirstOrDefault(input => !before.Contains(input)) is { } missing)
            {
                throw new ArtifactException($"stage '{stage.Name}' needs '{missing}', which does not stand before it in the plan");
            }

            if (!before.Add(stage.Name))
            {
                throw new ArtifactException($"the plan has two stages named '{stage.Name}'");
            }
        }
    }
}

/// <summary>One stage of a plan.</summary>
public sealed record PlannedStage
{
    /// <summary>Unique in the run (pretrain, finetune, teach, evaluate-teacher ...).</summary>
    public required string Name { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>Names of the stages whose artifacts this one reads; it starts when all are completed.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>What this stage needs beyond the run's spec; a JSON object, empty where nothing.</summary>
    public required JsonElement Parameters { get; init; }
}
