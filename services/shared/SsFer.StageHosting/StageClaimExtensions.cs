using SsFer.Artifacts.Runs;
using SsFer.Contracts;

namespace SsFer.StageHosting;

/// <summary>What an announcement says of a completed stage.</summary>
public static class StageClaimExtensions
{
    /// <summary>A file of the product, with its hash.</summary>
    public static ArtifactReference ProductFile(this StageClaim claim, string name)
    {
        ArgumentNullException.ThrowIfNull(claim);
        var artifact = claim.Record.Artifact ?? throw new InvalidOperationException($"stage {claim.Stage.Name} has no product yet");
        return new ArtifactReference($"{artifact.Path}/{name}", artifact.Files.FirstOrDefault(file => file.Name == name)?.Sha256);
    }
}
