namespace SsFer.Importing.Pictures;

/// <summary>Several archives and directories, opened together.</summary>
internal sealed class PictureSources : IDisposable
{
    private readonly List<IPictureSource> _sources = [];

    private PictureSources()
    {
    }

    /// <summary>All files, source by source.</summary>
    public IEnumerable<(IPictureSource Source, PictureEntry Entry)> Files => _sources.SelectMany(source => source.Entries.Select(entry => (source, entry)));

    /// <exception cref="ImportException">No path was given, one cannot be opened, or there is not a single file in them.</exception>
    public static PictureSources Open(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
            throw new ImportException("no pictures to import: give a zip archive or a directory with --images");
        var opened = new PictureSources();
        try
        {
            foreach (var path in paths)
                opened._sources.Add(PictureSource.Open(path));
            if (!opened.Files.Any())
                throw new ImportException($"there is no file in {string.Join(", ", paths.Select(path => $"'{path}'"))}");
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var source in _sources)
            source.Dispose();
    }
}
