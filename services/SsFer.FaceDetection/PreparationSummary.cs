using System.Text.Json;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.FaceDetection;

/// <summary>The summary of a completed face detection stage (<see cref="StageArtifact.Summary"/>).</summary>
/// <param name="Faces">In the prepared version.</param>
/// <param name="Rejected">Pictures that are not in it.</param>
/// <param name="Size">Side of a face in pixels.</param>
internal sealed record PreparationSummary(int Faces, int Rejected, int Size)
{
    public static PreparationSummary Of(StageArtifact artifact) =>
        artifact.Summary!.Value.Deserialize<PreparationSummary>(ArtifactJson.Document)!;

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ArtifactJson.Document);
}
