using System.IO.Compression;
using SsFer.Faces.Imaging;

namespace SsFer.Learning.Tests.Onnx;

/// <summary>Faces of FERPlus.</summary>
internal static class RealFaces
{
    /// <summary>[count, 3, size, size] in [0, 1].</summary>
    public static float[] Planes(int count, int size)
    {
        using var zip = ZipFile.OpenRead(Path.Combine(Testing.RealData.Folder, "ferplus", "FER2013Valid.zip"));
        var pixels = new List<float>();
        foreach (var entry in zip.Entries.Where(entry => entry.Length > 0).Take(count))
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            var face = new PictureDecoder().Decode(memory.ToArray(), entry.FullName).Resize(size, size);
            for (var i = 0; i < 3 * size * size; i++)
            {
                pixels.Add(face.Pixels[(3 * (i % (size * size))) + (i / (size * size))] / 255f);
            }
        }

        return [.. pixels];
    }
}
