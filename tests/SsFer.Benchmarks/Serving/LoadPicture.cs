using System.IO.Compression;
using NetVips;
using SsFer.Faces.Imaging;

namespace SsFer.Benchmarks.Serving;

/// <summary>A picture that is asked about, over and over.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Content">The encoded file.</param>
/// <param name="IsCropped">Whether it is a face as it is, in which none is looked for.</param>
internal sealed record LoadPicture(string Name, byte[] Content, bool IsCropped)
{
    /// <summary>Of LFW and FERPlus, under the folder of real faces.</summary>
    /// <param name="data">Holds <c>lfw/</c> and <c>ferplus/</c>.</param>
    public static IReadOnlyList<LoadPicture> From(string data)
    {
        var faces = Entries(Path.Combine(data, "lfw", "lfw-128.zip"), ".jpg", 3);
        return
        [
            new("face of 128 pixels", faces[0], false),
            new("photograph of 1280 pixels, three faces", Photograph(faces, 1280), false),
            new("photograph of 4000 pixels, three faces", Photograph(faces, 4000), false),
            new("cropped face of 48 pixels", Entries(Path.Combine(data, "ferplus", "FER2013Valid.zip"), ".png", 1)[0], true),
        ];
    }

    private static byte[][] Entries(string zip, string extension, int count)
    {
        using var archive = ZipFile.OpenRead(zip);
        return
        [
            .. archive
                .Entries.Where(entry => entry.Name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                .Take(count)
                .Select(entry =>
                {
                    using var file = entry.Open();
                    using var content = new MemoryStream();
                    file.CopyTo(content);
                    return content.ToArray();
                }),
        ];
    }

    /// <summary>Four by three, the faces side by side over grey, each a quarter of the width.</summary>
    private static byte[] Photograph(byte[][] faces, int width)
    {
        var (height, side, gap) = (width * 3 / 4, width / 4, width / 16);
        var decoder = new PictureDecoder();
        var pixels = new byte[width * height * 3];
        pixels.AsSpan().Fill(112);
        for (var number = 0; number < faces.Length; number++)
        {
            var face = decoder.Decode(faces[number], "face").Resize(side, side);
            var left = gap + (number * (side + gap));
            for (var y = 0; y < side; y++)
            {
                face.Pixels.Slice(y * side * 3, side * 3).CopyTo(pixels.AsSpan((((side + y) * width) + left) * 3));
            }
        }

        using var image = Image.NewFromMemory(pixels, width, height, 3, Enums.BandFormat.Uchar);
        return image.JpegsaveBuffer(q: 85);
    }
}
