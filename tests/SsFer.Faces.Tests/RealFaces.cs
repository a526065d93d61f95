using System.IO.Compression;
using SsFer.Faces.Imaging;

namespace SsFer.Faces.Tests;

/// <summary>Pictures of the public sets; a test that asks for them is skipped where they are not.</summary>
internal static class RealFaces
{
    public static IReadOnlyList<Picture> FerPlusValidation(int count) => Load("ferplus/FER2013Valid.zip", count);

    public static IReadOnlyList<Picture> Lfw(int count) => Load("lfw/lfw-128.zip", count);

    /// <summary>Evenly spread over the archive, so that they are not one person's.</summary>
    private static List<Picture> Load(string archive, int count)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(Testing.RealData.Folder, archive));
        var entries = zip.Entries.Where(entry => entry.Length > 0).ToList();
        var decoder = new PictureDecoder();
        return [.. Enumerable.Range(0, count).Select(i => Decode(entries[i * (entries.Count / count)]))];

        Picture Decode(ZipArchiveEntry entry)
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return decoder.Decode(memory.ToArray(), entry.FullName);
        }
    }
}
