using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.Folders;

/// <summary>One file and what its folders say of it; <paramref name="Fault"/> says why they say nothing.</summary>
internal sealed record PlacedFile(SourceFile File, string Split, string Class, string? Fault);

/// <summary>Reads split and class from the folders of one archive or directory.</summary>
internal static class FolderLayout
{
    /// <summary>
    /// Single top folders that are neither a split nor the only class (an archive's own name, <c>data</c>, <c>images</c>) are
    /// looked through. Where a folder is called like a split, every picture has to stand in one. Documents and annotations beside
    /// the pictures have no say in this.
    /// </summary>
    public static IEnumerable<PlacedFile> Place(IPictureSource source)
    {
        var files = source.Entries.Select(entry => (File: new SourceFile(source, entry), Parts: PartsOf(entry.Name))).ToList();
        while (IsWrapped(PicturesOf(files)))
        {
            files = files.ConvertAll(file => (file.File, file.Parts.Length > 1 ? file.Parts[1..] : file.Parts));
        }

        var hasSplits = PicturesOf(files).Exists(parts => parts.Length > 1 && SplitNames.TryParse(parts[0], out _));
        var whole = SplitNames.TryParse(
            Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Location))),
            out var named
        )
            ? named
            : DatasetSplit.Train;
        return files.Select(file => hasSplits ? InSplit(file.File, file.Parts) : InClass(file.File, file.Parts, whole));
    }

    /// <summary>The paths of what is named like a picture; of all where nothing is.</summary>
    private static List<string[]> PicturesOf(List<(SourceFile File, string[] Parts)> files)
    {
        var pictures = files.FindAll(file => PictureSource.IsNamedLikeAPicture(file.File.FileName));
        return (pictures.Count > 0 ? pictures : files).ConvertAll(file => file.Parts);
    }

    private static bool IsWrapped(List<string[]> paths) =>
        paths.Where(parts => parts.Length > 1).Select(parts => parts[0]).Distinct(StringComparer.Ordinal).Take(2).ToList() is [var top]
        && !SplitNames.TryParse(top, out _)
        && paths.Exists(parts => parts.Length > 2);

    private static PlacedFile InSplit(SourceFile file, string[] parts) =>
        !SplitNames.TryParse(parts.Length > 0 ? parts[0] : "", out var split)
            ? Misplaced(file, $"stands outside the split folders ({SplitNames.Known})")
        : parts.Length < 3 ? Misplaced(file, "has no class folder: expected split/class/picture")
        : new PlacedFile(file, split, parts[1].Trim(), null);

    private static PlacedFile InClass(SourceFile file, string[] parts, string split) =>
        parts.Length < 2
            ? Misplaced(file, "has no class folder: expected class/picture")
            : new PlacedFile(file, split, parts[0].Trim(), null);

    private static PlacedFile Misplaced(SourceFile file, string fault) => new(file, "", "", fault);

    private static string[] PartsOf(string name) =>
        [.. name.Split('/').Where(part => !string.IsNullOrWhiteSpace(part) && part is not ("." or ".."))];
}
