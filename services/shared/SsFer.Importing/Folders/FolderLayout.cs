using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Folders;

/// <summary>One file and what its folders say of it; <paramref name="Fault"/> says why they say nothing.</summary>
internal sealed record PlacedFile(SourceFile File, string Split, string Class, string? Fault)
{
    /// <summary>The folder below that of the class, which says nothing; null where there is none.</summary>
    public string? Below { get; init; }
}

/// <summary>
/// Reads split and class from the folders of one archive or directory: <c>split/class</c>, <c>class/split</c> or <c>class</c>. Documents
/// and annotations beside the pictures have no say in this.
/// </summary>
internal sealed class FolderLayout
{
    private readonly IPictureSource _source;
    private List<Placing> _files;

    private FolderLayout(IPictureSource source)
    {
        _source = source;
        var all = source.Entries.Select(entry => new SourceFile(source, entry)).ToList();
        var named = all.Exists(file => PictureSource.IsNamedLikeAPicture(file.FileName));
        _files = all.ConvertAll(file => new Placing(
            file,
            PathParts.Of(file.Entry.Name),
            Counts: !named || PictureSource.IsNamedLikeAPicture(file.FileName)
        ));
    }

    private IEnumerable<Placing> Pictures => _files.Where(file => file.Counts);

    /// <summary>
    /// Single top folders that are neither a split nor the only class (an archive's own name, <c>data</c>, <c>images</c>) are
    /// looked through, above the splits and below them.
    /// </summary>
    /// <exception cref="ImportException">The folders can be read in two ways; the message names both.</exception>
    public static IReadOnlyList<PlacedFile> Place(IPictureSource source) => new FolderLayout(source).Place();

    private List<PlacedFile> Place()
    {
        Unwrap(0);
        var placed =
            Pictures.Any(file => file.Parts.Length > 1 && file.IsSplit(0)) ? InSplits()
            : Pictures.Any(file => file.Parts.Length > 2 && file.IsSplit(1)) ? InSplitsOfClasses()
            : InClasses();
        foreach (var (file, each) in _files.Zip(placed).Where(pair => pair.First.Counts && pair.Second.Fault is null))
        {
            if (SplitNames.IsLikeOne(each.Class))
            {
                throw new ImportException(
                    $"'{file.File.Description}': the folder '{each.Class}' stands where a class does, and is called like a part of the "
                        + "data: if it is one, call it train, validation or test and put the folders of the classes into it; if it is a "
                        + "class, give it another name"
                );
            }
        }

        return placed;
    }

    private List<PlacedFile> InSplits()
    {
        // train/train/happy, as some archives are packed, then train/images/happy.
        _files = _files.ConvertAll(file =>
            file.Parts.Length > 3 && file.Split(0) is { } split && file.Split(1) == split ? file with { Parts = file.Parts[1..] } : file
        );
        Unwrap(1);
        return _files.ConvertAll(file =>
            file.Split(0) is not { } split ? Misplaced(file, $"stands outside the split folders ({SplitNames.Known})")
            : file.Parts.Length < 3 ? Misplaced(file, "has no class folder: expected split/class/picture")
            : InClass(file, 1, split)
        );
    }

    private List<PlacedFile> InSplitsOfClasses()
    {
        if (Pictures.FirstOrDefault(file => file.Split(1) is null) is { } other)
        {
            throw new ImportException(
                $"'{Pictures.First(file => file.Split(1) is not null).File.Description}' stands in a split below its class and "
                    + $"'{other.File.Description}' does not: put all pictures into split/class/picture or class/split/picture"
            );
        }

        if (Pictures.FirstOrDefault(file => file.Parts.Length > 3) is { } deep)
        {
            throw new ImportException(
                $"'{deep.File.Description}' may be of the class '{deep.Parts[2]}' in a set '{deep.Parts[0]}', or of the class "
                    + $"'{deep.Parts[0]}': give the folder of each set as a path of its own, or put the pictures of a class right into "
                    + $"'{deep.Parts[0]}/{deep.Parts[1]}'"
            );
        }

        return _files.ConvertAll(file =>
            file.Split(1) is { } split
                ? new PlacedFile(file.File, split, file.Parts[0], null)
                : Misplaced(file, "stands outside the split folders of the classes")
        );
    }

    private List<PlacedFile> InClasses()
    {
        var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_source.Location)));
        var whole = SplitNames.TryParse(name, out var named) ? named : null;
        return _files.ConvertAll(file =>
            file.Parts.Length < 2 ? Misplaced(file, "has no class folder: expected class/picture") : InClass(file, 0, whole)
        );
    }

    /// <summary>A class below which folders may nest, unless they say a split that is another one than <paramref name="split"/>.</summary>
    private static PlacedFile InClass(Placing file, int depth, string? split)
    {
        var other = Enumerable
            .Range(depth + 1, file.Parts.Length - depth - 2)
            .FirstOrDefault(i => file.Split(i) is { } said && said != split, -1);
        return other > 0 && file.Counts
            ? throw new ImportException(
                $"'{file.File.Description}' has the folder '{file.Parts[other]}' of a split below '{file.Parts[depth]}', which would be "
                    + "its class: expected split/class/picture, class/split/picture or class/picture"
            )
            : new PlacedFile(file.File, split ?? DatasetSplit.Train, file.Parts[depth], null)
            {
                Below = file.Parts.Length > depth + 2 ? file.Parts[depth + 1] : null,
            };
    }

    /// <summary>Takes out the folder at a depth while it is the only one there and says nothing.</summary>
    private void Unwrap(int depth)
    {
        while (IsWrapped(depth))
        {
            _files = _files.ConvertAll(file =>
                file.Parts.Length > depth + 1 ? file with { Parts = [.. file.Parts[..depth], .. file.Parts[(depth + 1)..]] } : file
            );
        }
    }

    private bool IsWrapped(int depth)
    {
        var paths = Pictures.Where(file => depth == 0 || file.IsSplit(0)).Select(file => file.Parts).ToList();
        var tops = paths.Where(parts => parts.Length > depth + 1).Select(parts => parts[depth]).Distinct(StringComparer.Ordinal);
        return tops.Take(2).ToList() is [var top] && !SplitNames.TryParse(top, out _) && paths.Exists(parts => parts.Length > depth + 2);
    }

    private static PlacedFile Misplaced(Placing file, string fault) => new(file.File, "", "", fault);

    /// <summary>A file, its path as far as it is not looked through, and whether it has a say.</summary>
    private sealed record Placing(SourceFile File, string[] Parts, bool Counts)
    {
        /// <summary>The split that a folder is called as; null where it is none, or the file itself.</summary>
        public string? Split(int depth) => depth < Parts.Length - 1 && SplitNames.TryParse(Parts[depth], out var split) ? split : null;

        public bool IsSplit(int depth) => Split(depth) is not null;
    }
}
