using SsFer.Recipes;

namespace SsFer.Artifacts.Storage;

/// <summary>A fault of the store or of what is stored; its message names the artifact and, where there is one, the cure.</summary>
public class ArtifactException(string message, Exception? inner = null) : UserFacingException(message, inner);

/// <summary>What was asked for is not there, or not as it should be: asking again does not help, making it again does.</summary>
public abstract class UnusableArtifactException(string message, Exception? inner = null) : ArtifactException(message, inner);

/// <summary>Nothing is stored at the path asked for.</summary>
public sealed class ArtifactNotFoundException(string path) : UnusableArtifactException($"nothing is stored at '{path}'")
{
    public string Path { get; } = path;
}

/// <summary>No artifact can have this name: it would not stand in a path, or is kept for something else.</summary>
public sealed class ArtifactNameException(string message) : ArtifactException(message);

/// <summary>What is stored cannot be what it should be: truncated, of another format, or of another hash.</summary>
public sealed class CorruptArtifactException(string message, Exception? inner = null) : UnusableArtifactException(message, inner);

/// <summary>The store does not let this user, or this service, do what was asked: a fault of its settings, not of the request.</summary>
public sealed class StoreAccessException(string message, Exception? inner = null) : ArtifactException(message, inner);

/// <summary>The medium has no room left. What was stored before is untouched.</summary>
public sealed class StorageFullException(string path, Exception? inner = null)
    : ArtifactException($"no space left while writing '{path}': free some space or choose another store with --store", inner);

/// <summary>
/// The store did not answer, or not in time, or asked to be left alone for a while: a fault that passes. What was stored before is
/// untouched; whether the write that met it took place is not known.
/// </summary>
public sealed class ArtifactUnavailableException(string path, string reason, Exception? inner = null)
    : ArtifactException($"the store could not be reached for '{path}' ({reason}): try again", inner)
{
    public string Path { get; } = path;
}
