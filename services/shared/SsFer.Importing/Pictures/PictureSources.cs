using System.Text;

namespace SsFer.Importing.Pictures;

/// <summary>Several archives and directories, opened together; a zip archive that lies in a directory is a source of its own.</summary>
internal sealed class PictureSources : IDisposable
{
    private readonly List<IPictureSource> _sources = [];

    private PictureSources() { }

    /// <summary>In the order of the paths, the archives of a directory right after it.</summary>
    public IReadOnlyList<IPictureSource> All => _sources;

    /// <summary>All files, source by source.</summary>
    public IEnumerable<SourceFile> Files => _sources.SelectMany(source => source.Entries.Select(entry => new SourceFile(source, entry)));

    /// <summary>All files but <paramref name="list"/>, a list of labels that may lie among the pictures and is none.</summary>
    public IEnumerable<SourceFile> FilesBeside(string list) =>
        Files.Where(file =>
            file.Source is not DirectoryPictureSource
            || Path.GetFullPath(Path.Combine(file.Source.Location, file.Entry.Name)) != Path.GetFullPath(list)
        );

    /// <summary>
    /// A sentence on the first archive that has to be unpacked, for when what was looked for may be in it; null where there is none.
    /// </summary>
    public string? Packed =>
        Files
            .Select(file => PackedArchive.Named(file.FileName) is { } packed ? $"'{file.Description}' {packed.Cure(file.FileName)}" : null)
            .FirstOrDefault(sentence => sentence is not null);

    /// <param name="paths">Of archives and directories.</param>
    /// <param name="encoding">Of the names in archives that do not say theirs; null means UTF-8.</param>
    /// <exception cref="ImportException">No path was given, one cannot be opened, or there is not a single file in them.</exception>
    public static PictureSources Open(IReadOnlyList<string> paths, Encoding? encoding = null)
    {
        if (paths.Count == 0)
        {
            throw new ImportException("no pictures to import: give a zip archive or a directory with --images");
        }

        var opened = new PictureSources();
        try
        {
            foreach (var path in paths)
            {
                opened.Add(path, encoding);
            }

            if (!opened.Files.Any())
            {
                throw new ImportException($"there is no file in {string.Join(", ", paths.Select(path => $"'{path}'"))}");
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void Add(string path, Encoding? encoding)
    {
        var source = PictureSource.Open(path, encoding);
        _sources.Add(source);
        if (source is not DirectoryPictureSource directory)
        {
            return;
        }

        foreach (var archive in directory.Archives)
        {
            _sources.Add(new ZipPictureSource(archive, encoding));
        }
    }

    public void Dispose()
    {
        foreach (var source in _sources)
        {
            source.Dispose();
        }
    }
}
