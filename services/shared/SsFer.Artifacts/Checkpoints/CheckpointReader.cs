using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Checkpoints;

/// <summary>Reads files of checkpoints and of finished artifacts, none before its length and SHA-256 are verified.</summary>
public sealed class CheckpointReader(IArtifactStore store)
{
    /// <summary>Opens a file at its beginning; the stream can seek.</summary>
    /// <exception cref="CorruptArtifactException">The file is missing, or is not what was written.</exception>
    public Task<Stream> OpenAsync(CheckpointPointer checkpoint, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return OpenAsync(checkpoint.Folder, checkpoint.Files, file, cancellationToken);
    }

    /// <inheritdoc cref="OpenAsync(CheckpointPointer, string, CancellationToken)"/>
    public Task<Stream> OpenAsync(StageArtifact artifact, string file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return OpenAsync(artifact.Path, artifact.Files, file, cancellationToken);
    }

    private Task<Stream> OpenAsync(string folder, IReadOnlyList<StoredFile> files, string name, CancellationToken cancellationToken)
    {
        var file = files.FirstOrDefault(file => file.Name == name)
            ?? throw new CorruptArtifactException(
                $"'{folder}' has no file '{name}': it has {string.Join(", ", files.Select(file => file.Name))}"
            );
        return StoredFiles.OpenAsync(store, $"{folder}/{file.Name}", file.Sha256, file.Length, cancellationToken);
    }
}
