using SsFer.Recipes;

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
        var all = files.ToList();
        _byFileName = all.ToLookup(file => Composed(file.FileName), StringComparer.OrdinalIgnoreCase);
        _byStem = all.ToLookup(file => Path.GetFileNameWithoutExtension(Composed(file.FileName)), StringComparer.OrdinalIgnoreCase);
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
        var parts = PartsOf(path);
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

        var name = string.Join('/', parts);
        return found.FindAll(match => Composed(match.File.Entry.Name) == name) is [var exact] ? [exact] : found;
    }

    /// <summary>The path without what says nothing: drive, leading slashes, empty parts and dots.</summary>
    public static string[] PartsOf(string path) =>
        [.. Composed(path).Replace('\\', '/').Split('/').Where(part => part.Length > 0 && part != "." && !part.EndsWith(':'))];

    private static List<FileMatch> Among(IEnumerable<SourceFile> files, string[] parts, StringComparison comparison) =>
        [.. files.Select(file => Compare(file, parts, comparison)).OfType<FileMatch>()];

    /// <summary>Compares the two paths from their ends; null where they contradict each other.</summary>
    private static FileMatch? Compare(SourceFile file, string[] parts, StringComparison comparison)
    {
        var entry = PartsOf(file.Entry.Name);
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
            ? PartsOf(Path.GetFullPath(source.Location))
            : [Composed(Path.GetFileNameWithoutExtension(source.Location))];

    private static string Composed(string text) => UnicodeForm.Compose(text);
}
