using System.Text;
using SsFer.Faces.Imaging;
using SsFer.Importing.Text;

namespace SsFer.Importing.Pictures;

/// <summary>One file and the archive or directory it stands in.</summary>
internal readonly record struct SourceFile(IPictureSource Source, PictureEntry Entry)
{
    /// <summary>The last part of its path.</summary>
    public string FileName => Entry.Name[(Entry.Name.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>As messages and provenance call it, see <see cref="PlannedPicture.Description"/>.</summary>
    public string Description => PlannedPicture.Describe(Source, Entry);

    /// <summary>Opens a file that the whole import rests on, such as a list of labels.</summary>
    /// <exception cref="ImportException">It cannot be read, or is not in the encoding declared (null: UTF-8).</exception>
    public async Task<TextReader> OpenTextAsync(Encoding? declared, CancellationToken cancellationToken)
    {
        var (source, entry) = (Source, Entry);
        try
        {
            return await StrictText.OpenAsync(() => source.OpenAsync(entry, cancellationToken), Description, declared, cancellationToken);
        }
        catch (UnreadablePictureException e)
        {
            throw new ImportException($"'{Description}' {e.Reason}", e);
        }
    }
}
