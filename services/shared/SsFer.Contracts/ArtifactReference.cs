namespace SsFer.Contracts;

/// <summary>Something in the store: where it is and, where it is one file or has one hash, what it must be.</summary>
/// <param name="Path">Path in the store; its first segment is the container.</param>
/// <param name="Sha256">Lower-case hexadecimal SHA-256; null where <paramref name="Path"/> is itself named by content, as dataset
/// versions are.</param>
public sealed record ArtifactReference(string Path, string? Sha256 = null);
