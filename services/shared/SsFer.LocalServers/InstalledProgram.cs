namespace SsFer.LocalServers;

/// <summary>Finds programs that are started here but that the build does not bring.</summary>
public static class InstalledProgram
{
    /// <summary>Where it is.</summary>
    /// <param name="variable">Environment variable that names the file; it wins, and where it is set nothing else is looked at.</param>
    /// <param name="besides">Files to try besides the folders of <c>PATH</c>, relative to any folder above this program.</param>
    /// <param name="name">Its name on the <c>PATH</c>.</param>
    /// <returns>Null where there is none.</returns>
    public static string? Find(string variable, IEnumerable<string> besides, string name)
    {
        ArgumentNullException.ThrowIfNull(besides);
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return FoldersAbove(AppContext.BaseDirectory)
            .SelectMany(folder => besides.Select(file => Path.Combine(folder, file)))
            .Concat(folders.Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> FoldersAbove(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
        {
            yield return above.FullName;
        }
    }
}
