namespace SsFer.Artifacts.Storage;

/// <summary>Temporary folders that a killed process could not delete.</summary>
public static class LeftBehindFolders
{
    /// <summary>Deletes those of the prefix in which nothing was made or deleted for longer than <paramref name="age"/>.</summary>
    public static void Delete(string parent, string prefix, TimeSpan age, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var folders = new DirectoryInfo(parent);
        foreach (var folder in folders.Exists ? folders.EnumerateDirectories($"{prefix}*") : [])
        {
            if (time.GetUtcNow() - folder.LastWriteTimeUtc <= age)
            {
                continue;
            }

            try
            {
                folder.Delete(recursive: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Another process is deleting it, or it is another user's.
            }
        }
    }
}
