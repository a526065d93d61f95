using SsFer.Artifacts.Runs;

namespace SsFer.Stages.Faces;

/// <summary>
/// Which prepared faces a run's references mean. A run that was asked for before its pictures were prepared names raw versions and
/// plans a face detection stage for each dataset; its other stages read that stage's product instead.
/// </summary>
public static class PreparedVersions
{
    /// <summary>
    /// The spec with every dataset that one of the stage's inputs prepared at that prepared version. What no input prepared stays
    /// as it is, so a reference to a prepared version needs no such input.
    /// </summary>
    public static RunSpec SpecOfPreparedFaces(this StageClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return Resolve(claim.Spec, claim.Inputs.Values);
    }

    /// <summary>As <see cref="SpecOfPreparedFaces"/>, from a spec and the artifacts of a stage's inputs.</summary>
    public static RunSpec Resolve(RunSpec spec, IEnumerable<StageArtifact> inputs)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var prepared = inputs
            .Select(input => DatasetReference.TryParseFolder(input.Path))
            .OfType<DatasetReference>()
            .ToDictionary(reference => reference.Name, reference => reference.Version, StringComparer.Ordinal);
        return spec with
        {
            Labelled = spec.Labelled is { } labelled ? Resolve(labelled) : null,
            Unlabelled = [.. spec.Unlabelled.Select(Resolve)],
            Validation = spec.Validation is { } validation ? Resolve(validation) : null,
        };

        DatasetReference Resolve(DatasetReference reference) =>
            prepared.TryGetValue(reference.Name, out var version) ? reference with { Version = version } : reference;
    }
}
