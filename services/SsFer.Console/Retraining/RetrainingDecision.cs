using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Console.Retraining;

/// <summary>
/// What follows from labels that are enough (<c>datasets/{name}/retraining/{basis}.json</c>): which batches make the version after
/// <see cref="Basis"/>, and what is trained on it. It is written if absent, so any number of replicas and triggers come to one
/// decision; all that follows is computed from it and written if absent, so whoever finds it can carry it out, again after a crash
/// at any point.
/// </summary>
internal sealed record RetrainingDecision
{
    /// <summary>Key of the provenance of versions that follow from a decision: its <see cref="Basis"/>.</summary>
    public const string ProvenanceKey = "retrainedFrom";

    public required string Dataset { get; init; }

    /// <summary>The version that the labels are applied to: the raw one, or the prepared one of a dataset without raw pictures.</summary>
    public required string Basis { get; init; }

    /// <summary>The raw version; null where there is none.</summary>
    public string? Raw { get; init; }

    /// <summary>The faces prepared from it; null where the run has to prepare them.</summary>
    public string? Prepared { get; init; }

    /// <summary>How the run prepares them; null by default settings, as in decisions made before there was a choice.</summary>
    public FacePreparation? Pending { get; init; }

    /// <summary>All batches that are applied, those of earlier decisions included.</summary>
    public required IReadOnlyList<string> Batches { get; init; }

    /// <summary>
    /// New labels among them of pictures that are not among the prepared faces, since no face was found in them: the version has the
    /// labels, and no run learns from them.
    /// </summary>
    public int LabelsWithoutFace { get; init; }

    public required DateTimeOffset Decided { get; init; }

    public required JsonElement Recipe { get; init; }

    public required string Labels { get; init; }

    public required IReadOnlyList<DatasetReference> Unlabelled { get; init; }

    /// <summary>Face detection for the unlabelled datasets that are not prepared yet.</summary>
    public required IReadOnlyList<PlannedStage> Preparations { get; init; }

    public required DatasetReference Validation { get; init; }

    /// <summary>Path in the store of the encoder to start from; null pre-trains one.</summary>
    public string? Encoder { get; init; }

    /// <summary>Whether the run has an EMA teacher; decisions made before there was a choice have one.</summary>
    public bool Teacher { get; init; } = true;

    /// <summary>Parameters of the evaluation.</summary>
    public required JsonElement Evaluation { get; init; }

    public static string PathOf(string dataset, string basis) => $"{Containers.Datasets}/{dataset}/retraining/{basis}.json";

    /// <summary>The version that decisions about a dataset follow from; null where there are no pictures to train on.</summary>
    public static string? BasisOf(DatasetPointers pointers, int size) => pointers.Raw ?? pointers.Prepared.GetValueOrDefault(size);
}
