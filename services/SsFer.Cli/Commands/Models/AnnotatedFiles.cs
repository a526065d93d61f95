using SsFer.Cli.Drawing;
using SsFer.Cli.Terminal;
using SsFer.Faces.Imaging;
using SsFer.Inference;

namespace SsFer.Cli.Commands.Models;

/// <summary>Where the pictures go that show what was seen in them: PNG files, of equal names the later ones with a number.</summary>
internal sealed class AnnotatedFiles
{
    private const string Png = ".png";
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly PictureDecoder _decoder = new();
    private readonly string? _file;

    private AnnotatedFiles(string target, string? file) => (Where, _file) = (Path.GetFullPath(target), file);

    /// <summary>The folder, or the one file.</summary>
    public string Where { get; }

    /// <param name="target">A .png file where there is one picture, else a folder, which is made where it is missing.</param>
    /// <param name="files">The pictures.</param>
    /// <exception cref="UsageException">Nothing can be written there.</exception>
    public static AnnotatedFiles To(string target, IReadOnlyList<string> files)
    {
        const string Option = "--annotate";
        if (Path.GetExtension(target).Equals(Png, StringComparison.OrdinalIgnoreCase) && !Directory.Exists(target))
        {
            OutputFile.Check(target, "the annotated picture", Option);
            return files.Count == 1
                ? new AnnotatedFiles(target, target)
                : throw new UsageException($"'{target}' is one file and there are {files.Count} pictures: name a folder with {Option}");
        }

        if (File.Exists(target))
        {
            throw new UsageException($"'{target}' is a file: name a folder, or a .png file, with {Option}");
        }

        Directory.CreateDirectory(target);
        return new AnnotatedFiles(target, null);
    }

    public async Task WriteAsync(UploadedPicture picture, PictureAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Status is not (PictureStatus.Ok or PictureStatus.NoFace))
        {
            return;
        }

        var decoded = _decoder.Decode(picture.Encoded!.Value, picture.Name);
        await File.WriteAllBytesAsync(_file ?? NameFor(picture.Name), AnnotatedPicture.Draw(decoded, answer.Faces), cancellationToken);
    }

    private string NameFor(string picture)
    {
        var name = Path.GetFileNameWithoutExtension(picture);
        var free = name;
        for (var number = 2; !_taken.Add(free); number++)
        {
            free = $"{name}-{number}";
        }

        return Path.Combine(Where, free + Png);
    }
}
