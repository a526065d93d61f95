namespace SsFer.Importing.Pictures;

/// <summary>One file that a path of a list may mean.</summary>
/// <param name="File">The file.</param>
/// <param name="NamesItsPlace">Whether the path goes on beyond the archive or folder that was given, and calls it by its name.</param>
/// <param name="Elsewhere">Whether it goes on there and calls it otherwise, as after the pictures were moved.</param>
internal readonly record struct FileMatch(SourceFile File, bool NamesItsPlace, bool Elsewhere);

/// <summary>
/// Finds files by the names that a list of labels calls them, wherever the archives and folders were cut. A path that contradicts the
/// file's own is no match.
/// </summary>
internal sealed class FileIndex
{
    private readonly ILookup<string, SourceFile> _byFileName;
    private readonly ILookup<string, SourceFile> _byStem;

    public FileIndex(IEnumerable<SourceFile> files)
    {
        var all = files.Select(file => (File: file, Parts: PathParts.Of(file.Entry.Name))).Where(file => file.Parts.Length > 0).ToList();
        _byFileName = all.ToLookup(file => file.Parts[^1], file => file.File, StringComparer.OrdinalIgnoreCase);
        _byStem = all.ToLookup(
            file => Path.GetFileNameWithoutExtension(file.Parts[^1]),
            file => file.File,
            StringComparer.OrdinalIgnoreCase
        );
    }

    /// <summary>
    /// The files that <paramref name="path"/> may mean. One that is called exactly so stands alone, one whose whole place the path
    /// names comes before others.
    /// </summary>
    public IReadOnlyList<SourceFile> Find(string path) => [.. Match(path).Select(match => match.File)];

    /// <summary>
    /// As <see cref="Find"/>, with how the path reached each. Letters in another case and names without their extension are tried
    /// where nothing is called exactly so.
    /// </summary>
    public IReadOnlyList<FileMatch> Match(string path)
    {
        var parts = PathParts.Of(path);
        if (parts.Length == 0)
        {
            return [];
        }

        var found = Among(_byFileName[parts[^1]], parts, StringComparison.Ordinal);
        found = found.Count > 0 ? found : Among(_byFileName[parts[^1]], parts, StringComparison.OrdinalIgnoreCase);
        found = found.Count > 0 ? found : Among(_byStem[parts[^1]], parts, StringComparison.OrdinalIgnoreCase);
        if (found.Exists(match => match.NamesItsPlace))
        {
            found.RemoveAll(match => match.Elsewhere);
        }

        return found.FindAll(match => match.File.Entry.Name == path) is [var same] ? [same]
            : found.FindAll(match => PathParts.Of(match.File.Entry.Name).SequenceEqual(parts)) is [var exact] ? [exact]
            : found;
    }

    private static List<FileMatch> Among(IEnumerable<SourceFile> files, string[] parts, StringComparison comparison) =>
        [.. files.Select(file => Compare(file, parts, comparison)).OfType<FileMatch>()];

    /// <summary>Compares the two paths from their ends; null where they contradict each other.</summary>
    private static FileMatch? Compare(SourceFile file, string[] parts, StringComparison comparison)
    {
        var entry = PathParts.Of(file.Entry.Name);
        var named = parts.Length - 1; // The file names are equal, or equal but for the extension.
        if (!entry[^1].Equals(parts[^1], comparison) && !Path.GetFileNameWithoutExtension(entry[^1]).Equals(parts[^1], comparison))
        {
            return null;
        }

        for (var i = entry.Length - 2; i >= 0 && named > 0; i--, named--)
        {
            if (!entry[i].Equals(parts[named - 1], comparison))
            {
                return null;
            }
        }

        var place = PlaceOf(file.Source);
        var beyond = named;
        for (var i = place.Length - 1; i >= 0 && beyond > 0; i--, beyond--)
        {
            if (!place[i].Equals(parts[beyond - 1], StringComparison.OrdinalIgnoreCase))
            {
                var contradicts =
                    SplitNames.TryParse(place[i], out var here) && SplitNames.TryParse(parts[beyond - 1], out var there) && here != there;
                return contradicts ? null : new FileMatch(file, beyond < named, Elsewhere: beyond == named);
            }
        }

        return new FileMatch(file, beyond < named, Elsewhere: false);
    }

    /// <summary>The folders down to the one that was given, or the archive's name without its extension.</summary>
    private static string[] PlaceOf(IPictureSource source) =>
        source is DirectoryPictureSource
            ? PathParts.Of(Path.GetFullPath(source.Location))
            : PathParts.Of(Path.GetFileNameWithoutExtension(source.Location));
}
