using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>Which faces a run will read: a prepared version, or raw pictures that the run has to prepare first.</summary>
/// <param name="Reference">What the run's spec names.</param>
/// <param name="Manifest">Of the version.</param>
/// <param name="Pending">How the run prepares it first; null where it is prepared.</param>
public sealed record FaceVersion(DatasetReference Reference, DatasetManifest Manifest, FacePreparation? Pending)
{
    /// <summary>What is said of a preparation that comes first; null where there is none.</summary>
    public string? Note { get; init; }

    public IReadOnlyList<string> Classes => Manifest.Classes;

    /// <summary>Faces of the split; where they are not prepared yet, its pictures, of which some may be left out.</summary>
    public int Count => CountsOfSplit.Sum(counts => counts.Values.Sum());

    /// <summary>Faces of the split that have a label, by class in the order of <see cref="Classes"/>.</summary>
    public IReadOnlyList<int> Labelled => [.. Classes.Select(name => CountsOfSplit.Sum(counts => counts.GetValueOrDefault(name)))];

    /// <summary>Faces of the split that have a label and that people voted on.</summary>
    public int Voted =>
        Manifest.Voted?.Where(voted => Reference.Split is null || voted.Key == Reference.Split).Sum(voted => voted.Value) ?? 0;

    /// <summary>How its faces are cut out of their pictures, or will be; null where that is not known.</summary>
    public FacePreparation? Preparation => Pending ?? (Manifest.Kind == DatasetKind.Prepared ? StoredPreparation.Of(Manifest) : null);

    /// <summary>What the faces are made from and how, rather than how far their preparation is: the same before and after it.</summary>
    public string Identity
    {
        get
        {
            var raw = Pending is not null ? Manifest.Version : Manifest.Provenance.GetValueOrDefault(PreparationProvenance.RawVersion);
            // Of a network that the store does not hold the version alone tells the faces.
            return Preparation is not { } made || raw is null || made.Detector == DetectorNames.YoloFace
                ? Reference.ToString()
                : $"{Reference with { Version = raw }} {JsonSerializer.Serialize(made, ArtifactJson.Line)}";
        }
    }

    private IEnumerable<IReadOnlyDictionary<string, int>> CountsOfSplit =>
        Manifest.Counts.Where(counts => Reference.Split is null || counts.Key == Reference.Split).Select(counts => counts.Value);

    /// <summary>As people write it.</summary>
    public override string ToString() => Reference.Split is null ? Reference.Name : $"{Reference.Name}:{Reference.Split}";

    /// <summary>The face detection stages that a run over these needs, one a dataset.</summary>
    public static IReadOnlyList<PlannedStage> Preparations(IEnumerable<FaceVersion> versions) =>
        [
            .. versions
                .Where(version => version.Pending is not null)
                .DistinctBy(version => version.Reference.Name)
                .Select(version => new PlannedStage
                {
                    Name = $"prepare-{version.Reference.Name}",
                    Kind = StageKind.FaceDetection,
                    Inputs = [],
                    Parameters = new FaceDetectionParameters
                    {
                        Dataset = version.Reference.Name,
                        Version = version.Reference.Version,
                        Size = version.Pending!.Size,
                        Detector = version.Pending.Detector,
                        Border = version.Pending.Border,
                        Margin = version.Pending.Margin,
                    }.ToJson(),
                }),
        ];
}
