using System.Text;
using SsFer.Faces.Imaging;

namespace SsFer.Importing.Pictures;

public static class PictureSource
{
    /// <summary>Opens a zip archive or a directory.</summary>
    /// <param name="path">Of the archive or directory.</param>
    /// <param name="encoding">Of the names in an archive that do not say theirs; null means UTF-8.</param>
    /// <exception cref="ImportException">Nothing is there, the file is not a zip archive, or a name cannot be read.</exception>
    public static IPictureSource Open(string path, Encoding? encoding = null)
    {
        if (Directory.Exists(path))
        {
            return new DirectoryPictureSource(path);
        }

        if (File.Exists(path))
        {
            return new ZipPictureSource(path, encoding);
        }

        throw new ImportException($"'{path}' does not exist: give a zip archive or a directory of pictures");
    }

    /// <summary>Whether the extension is one of a picture's, of a kind that SsFer reads or not.</summary>
    internal static bool IsNamedLikeAPicture(string name) =>
        Path.GetExtension(name).ToLowerInvariant()
            is ".png"
                or ".jpg"
                or ".jpeg"
                or ".jpe"
                or ".jfif"
                or ".webp"
                or ".gif"
                or ".tif"
                or ".tiff"
                or ".bmp"
                or ".pgm"
                or ".ppm"
                or ".heic"
                or ".avif"
                or ".jp2"
                or ".tga";

    /// <summary>
    /// Directory entries, and what systems and archivers leave behind: nobody means them as pictures, so they are not reported either.
    /// </summary>
    internal static bool IsHousekeeping(string name) =>
        name.EndsWith('/')
        || name.Split('/', '\\')
            .Any(part =>
                part.ToLowerInvariant()
                    is "__macosx"
                        or "thumbs.db"
                        or "ehthumbs.db"
                        or "desktop.ini"
                        or "@eadir"
                        or "$recycle.bin"
                        or "icon\r"
                || (part.StartsWith('.') && part.Trim('.').Length > 0)
            );

    /// <summary>Declared bytes for which room is made before any of them is there: most pictures have fewer.</summary>
    private const int BelievedBytes = 1 << 20;

    /// <summary>Reads to the end, and no further than one byte past the limit, whatever length was declared.</summary>
    internal static async Task<byte[]> ReadBoundedAsync(
        Stream stream,
        string name,
        long declared,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        if (PackedArchive.Named(name) is { } packed)
        {
            throw new UnreadablePictureException(name, packed.Cure(Path.GetFileName(name)));
        }

        if (declared > maxBytes)
        {
            throw new UnreadablePictureException(name, $"has {declared} bytes, over the limit of {maxBytes}");
        }

        // What is declared is only a word: room is made as bytes arrive.
        var content = new byte[Math.Min(declared, BelievedBytes)];
        var length = 0L;
        while (true)
        {
            length += await stream.ReadAtLeastAsync(content.AsMemory((int)length), content.Length - (int)length, false, cancellationToken);
            if (length < content.Length)
            {
                throw new UnreadablePictureException(name, $"is cut short: {declared} bytes declared, {length} found");
            }

            if (length == declared)
            {
                break;
            }

            Array.Resize(ref content, (int)Math.Min(declared, 2L * length));
        }

        var beyond = new byte[1];
        if (await stream.ReadAsync(beyond, cancellationToken) != 0)
        {
            throw new UnreadablePictureException(name, $"holds more than the {declared} bytes it declares");
        }

        return content;
    }
}
