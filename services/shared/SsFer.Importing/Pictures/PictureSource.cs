using SsFer.Faces.Imaging;

namespace SsFer.Importing.Pictures;

public static class PictureSource
{
    /// <summary>Opens a zip archive or a directory.</summary>
    /// <exception cref="ImportException">Nothing is there, or the file is not a zip archive.</exception>
    public static IPictureSource Open(string path)
    {
        if (Directory.Exists(path))
        {
            return new DirectoryPictureSource(path);
        }

        if (File.Exists(path))
        {
            return new ZipPictureSource(path);
        }

        throw new ImportException($"'{path}' does not exist: give a zip archive or a directory of pictures");
    }

    /// <summary>
    /// Directory entries, and what systems and archivers leave behind: nobody means them as pictures, so they are not reported either.
    /// </summary>
    internal static bool IsHousekeeping(string name) =>
        name.EndsWith('/')
        || name.Split('/')
            .Any(part => part is "__MACOSX" or "Thumbs.db" or "desktop.ini" || part.StartsWith('.') && part is not ("." or ".."));

    /// <summary>Reads to the end, and no further than one byte past the limit, whatever length was declared.</summary>
    internal static async Task<byte[]> ReadBoundedAsync(
        Stream stream,
        string name,
        long declared,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        if (PackedArchive.IsNamedSo(name))
        {
            throw new UnreadablePictureException(name, PackedArchive.Cure(Path.GetFileName(name)));
        }

        if (declared > maxBytes)
        {
            throw new UnreadablePictureException(name, $"has {declared} bytes, over the limit of {maxBytes}");
        }

        var content = new byte[declared];
        var read = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
        if (read < content.Length)
        {
            throw new UnreadablePictureException(name, $"is cut short: {declared} bytes declared, {read} found");
        }

        var beyond = new byte[1];
        if (await stream.ReadAsync(beyond, cancellationToken) != 0)
        {
            throw new UnreadablePictureException(name, $"holds more than the {declared} bytes it declares");
        }

        return content;
    }
}
