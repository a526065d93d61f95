namespace SsFer.Importing.Pictures;

/// <summary>
/// Lists the files below a directory. Links to directories are followed, as a class folder may be one; a link to a folder that the
/// walk is in already would lead round in a circle and is passed over.
/// </summary>
internal static class DirectoryWalk
{
    private const int MostLinks = 1000;

    /// <returns>Paths relative to <paramref name="root"/>, with <c>/</c> between their parts.</returns>
    /// <exception cref="ImportException">There are more links than can be meant.</exception>
    public static List<string> Files(string root)
    {
        var (files, links) = (new List<string>(), 0);
        Walk(new DirectoryInfo(root), "", [RealPath(new DirectoryInfo(root))]);
        return files;

        void Walk(DirectoryInfo directory, string prefix, string[] inside)
        {
            foreach (var entry in directory.EnumerateFileSystemInfos())
            {
                var name = prefix + entry.Name;
                if (entry is not DirectoryInfo below)
                {
                    files.Add(name);
                    continue;
                }

                var real = RealPath(below);
                if (below.LinkTarget is null)
                {
                    Walk(below, name + "/", [.. inside, real]);
                }
                else if (!inside.Contains(real, StringComparer.Ordinal))
                {
                    if (++links > MostLinks)
                    {
                        throw new ImportException($"'{root}' holds more than {MostLinks} links to folders: give the folders themselves");
                    }

                    Walk(below, name + "/", [.. inside, real]);
                }
            }
        }
    }

    /// <summary>Where a directory stands; any part of the way there may be a link, as <c>/tmp</c> of macOS is.</summary>
    private static string RealPath(DirectoryInfo directory)
    {
        var full = Path.GetFullPath(directory.FullName);
        var real = Path.GetPathRoot(full)!;
        foreach (var part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new DirectoryInfo(Path.Combine(real, part));
            real = (next.ResolveLinkTarget(returnFinalTarget: true) ?? next).FullName;
        }

        return Path.TrimEndingDirectorySeparator(real);
    }
}
