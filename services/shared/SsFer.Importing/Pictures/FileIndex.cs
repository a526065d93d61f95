namespace SsFer.Importing.Pictures;

/// <summary>Finds files by the names that a list of labels calls them, wherever the archives and folders were cut.</summary>
internal sealed class FileIndex
{
    private readonly ILookup<string, SourceFile> _byFileName;

    public FileIndex(IEnumerable<SourceFile> files) => _byFileName = files.ToLookup(file => file.FileName, StringComparer.Ordinal);

    /// <summary>
    /// The files that <paramref name="path"/> may mean: those whose path ends in it, or, where it was written down from further up
    /// (<c>/data/set/1.png</c>), those in whose path it ends. One that is called exactly so stands alone.
    /// </summary>
    public IReadOnlyList<SourceFile> Find(string path)
    {
        var name = path.Replace('\\', '/').TrimStart('/');
        while (name.StartsWith("./", StringComparison.Ordinal))
        {
            name = name[2..];
        }

        var found = _byFileName[name[(name.LastIndexOf('/') + 1)..]]
            .Where(file => IsTail(name, file.Entry.Name) || IsTail(file.Entry.Name, name))
            .ToList();
        return found.FindAll(file => file.Entry.Name == name) is [var exact] ? [exact] : found;
    }

    private static bool IsTail(string tail, string path) =>
        path.EndsWith(tail, StringComparison.Ordinal) && (path.Length == tail.Length || path[path.Length - tail.Length - 1] == '/');
}
