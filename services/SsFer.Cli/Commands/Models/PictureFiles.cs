using SsFer.Faces.Imaging;
using SsFer.Inference;

namespace SsFer.Cli.Commands.Models;

/// <summary>The pictures that a command line names: files, folders, and names with * and ?.</summary>
internal static class PictureFiles
{
    private const string AnyFolders = "**";

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff"];

    /// <summary>Largest file that is read.</summary>
    public static long MostBytes => ImageBudget.Default.MaxEncodedBytes;

    /// <summary>Largest width x height that is decoded.</summary>
    public static long MostPixels => ImageBudget.Default.MaxPixels;

    /// <summary>
    /// A file as it is named; of a folder the pictures in it and in those below, and what a pattern matches, in ordinal order. What
    /// stands for nothing stays as it is and is complained of when it is read.
    /// </summary>
    public static IReadOnlyList<string> Named(IEnumerable<string> names) => [.. names.SelectMany(Named)];

    /// <summary>Whether a name looks like one of pictures, be they there or not: a folder, a pattern, or a picture's extension.</summary>
    public static bool StandsForPictures(string name) => Directory.Exists(name) || IsPattern(name) || HasPictureExtension(name);

    /// <summary>The file's bytes; null where it is longer than <see cref="MostBytes"/>.</summary>
    /// <exception cref="UnreadablePictureException">It cannot be read; the message says why, and the cure.</exception>
    public static async Task<UploadedPicture> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (Directory.Exists(file))
        {
            throw new UnreadablePictureException(file, $"is a folder without pictures ({string.Join(", ", Extensions)})");
        }

        if (!File.Exists(file))
        {
            throw new UnreadablePictureException(
                file,
                IsPattern(file)
                    ? "matches no file: check the pattern"
                    : "does not exist: check the name, and the folder it is looked for from"
            );
        }

        try
        {
            return new UploadedPicture(
                file,
                new FileInfo(file).Length > MostBytes ? null : await File.ReadAllBytesAsync(file, cancellationToken)
            );
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new UnreadablePictureException(file, "may not be read: check its permissions", fault);
        }
        catch (IOException fault)
        {
            throw new UnreadablePictureException(file, $"cannot be read: {fault.Message}", fault);
        }
    }

    private static IReadOnlyList<string> Named(string name)
    {
        List<string> found = [];
        if (Directory.Exists(name))
        {
            found.AddRange(Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories).Where(HasPictureExtension));
        }
        else if (!File.Exists(name) && IsPattern(name))
        {
            var root = Path.GetPathRoot(name)!;
            var segments = name[root.Length..].Split(['/', Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
            found.AddRange(Matching(root, segments).Distinct());
        }

        found.Sort(StringComparer.Ordinal);
        return found.Count > 0 ? found : [name];
    }

    private static IEnumerable<string> Matching(string folder, string[] segments)
    {
        var here = folder.Length == 0 ? "." : folder;
        if (!Directory.Exists(here))
        {
            return [];
        }

        if (segments[0] == AnyFolders)
        {
            var rest = segments.Length > 1 ? segments[1..] : ["*"];
            return Matching(folder, rest).Concat(Folders(here, "*").SelectMany(name => Matching(Path.Combine(folder, name), segments)));
        }

        return segments.Length == 1
            ? Directory.EnumerateFiles(here, segments[0]).Select(file => Path.Combine(folder, Path.GetFileName(file)))
            : Folders(here, segments[0]).SelectMany(name => Matching(Path.Combine(folder, name), segments[1..]));
    }

    private static IEnumerable<string> Folders(string folder, string pattern) =>
        pattern is "." or ".." ? [pattern] : Directory.EnumerateDirectories(folder, pattern).Select(path => Path.GetFileName(path));

    private static bool IsPattern(string name) => name.AsSpan().ContainsAny('*', '?');

    private static bool HasPictureExtension(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
