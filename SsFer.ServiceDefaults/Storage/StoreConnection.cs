using System.Diagnostics.CodeAnalysis;
using SsFer.Artifacts.Azure;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Storage;

/// <summary>The forms of <c>ConnectionStrings:blobs</c>.</summary>
public static class StoreConnection
{
    private const string FolderPrefix = "folder:";
    private const string Cure =
        "set it to an Azure Storage connection string, to https://ACCOUNT.blob.core.windows.net/, or to folder:PATH";

    /// <summary>The store that a connection names, for a command: what fails is not tried again.</summary>
    /// <exception cref="ArtifactException">It is in none of the known forms.</exception>
    public static IArtifactStore Open(string connection, TimeProvider time)
    {
        if (FaultOf(connection) is { } fault)
        {
            throw new ArtifactException(fault);
        }

        return FolderOf(connection) is { } folder
            ? new FolderArtifactStore(folder, time)
            : new BlobArtifactStore(BlobConnection.Open(connection));
    }

    /// <summary>Whether it names a folder, which is as safe as its disk.</summary>
    public static bool IsFolder(string connection) => FolderOf(connection) is not null;

    /// <summary>The folder of a folder store; null for a blob service.</summary>
    internal static string? FolderOf(string? connection) =>
        connection?.StartsWith(FolderPrefix, StringComparison.Ordinal) == true ? connection[FolderPrefix.Length..] : null;

    internal static bool IsBlobService([NotNullWhen(true)] string? connection) =>
        !string.IsNullOrWhiteSpace(connection) && FolderOf(connection) is null;

    /// <summary>Why it cannot be used, and what to do about it; null where it can. Does not repeat it, since it may hold a key.</summary>
    internal static string? FaultOf(string? connection)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            return $"{StoreOptions.ConnectionKey} is missing: {Cure}";
        }

        if (FolderOf(connection) is { } folder)
        {
            return string.IsNullOrWhiteSpace(folder)
                ? $"{StoreOptions.ConnectionKey} names no folder after '{FolderPrefix}': {Cure}"
                : null;
        }

        try
        {
            BlobConnection.Open(connection);
            return null;
        }
        catch (ArtifactException)
        {
            return $"{StoreOptions.ConnectionKey} is in none of the known forms: {Cure}";
        }
    }
}
