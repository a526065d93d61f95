namespace SsFer.Artifacts.Storage;

/// <summary>
/// Walks a folder in the ordinal order of artifact paths, which is not that of its names: <c>a-b/x</c> comes before <c>a/x</c>,
/// <c>'-'</c> being less than <c>'/'</c>.
/// </summary>
internal static class FolderListing
{
    /// <param name="folder">On disk.</param>
    /// <param name="path">Of the folder in the store: empty, or with a slash at its end.</param>
    /// <param name="prefix">That a path has to start with.</param>
    public static IEnumerable<StoredArtifact> Enumerate(string folder, string path, string prefix)
    {
        foreach (var (relative, info) in Children(folder, path).OrderBy(child => child.Path, StringComparer.Ordinal))
        {
            if (info is DirectoryInfo)
            {
                if (relative.StartsWith(prefix, StringComparison.Ordinal))
                {
                    foreach (var artifact in Enumerate(info.FullName, relative, prefix))
                    {
                        yield return artifact;
                    }
                }
            }
            else if (relative.StartsWith(prefix, StringComparison.Ordinal) && TryLength((FileInfo)info) is { } length)
            {
                yield return new StoredArtifact(relative, length);
            }
        }
    }

    private static List<(string Path, FileSystemInfo Info)> Children(string folder, string path)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(folder)
                    .EnumerateFileSystemInfos()
                    .Where(info => !info.Name.StartsWith('.'))
                    .Select(info => (path + info.Name + (info is DirectoryInfo ? "/" : ""), info)),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // nothing was ever written there, or it went while the listing ran
        }
    }

    private static long? TryLength(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
