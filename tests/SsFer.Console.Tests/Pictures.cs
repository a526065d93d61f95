using System.IO.Compression;
using System.Text;
using SsFer.Faces.Imaging;

namespace SsFer.Console.Tests;

/// <summary>Uploads of made-up pictures.</summary>
internal static class Pictures
{
    private const int Known = 18;
    private const int Train = 12;

    /// <summary>Further pictures of train, without a label: enough for a batch of each stage.</summary>
    private const int Further = 12;

    private const int Count = Known + Further;

    public static readonly string[] Classes = ["fear", "joy"];

    /// <summary>
    /// Key of a picture after its import, which begins with the rank of its split: the first twelve are train, the first two of them
    /// without a label.
    /// </summary>
    public static string Key(int number) => $"{(IsTrain(number) ? 0 : 1)}-{Name(number)}";

    /// <summary>A small grey ramp that differs for every <paramref name="seed"/> below 200.</summary>
    public static byte[] Png(int seed, int side = 40) =>
        new Picture(
            side,
            side,
            [.. Enumerable.Range(0, side * side).SelectMany(i => Enumerable.Repeat((byte)(seed + i % 50), 3))]
        ).EncodePng();

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var entry = archive.CreateEntry(name);
                entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); // the same bytes each time
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return buffer.ToArray();
    }

    public static MultipartFormDataContent LabelledForm(int seed = 0)
    {
        var table = new StringBuilder("image,label,split\n");
        for (var number = 0; number < Count; number++)
        {
            var label = number is < 2 or >= Known ? "" : Classes[number % 2];
            table.Append($"{Name(number)}.png,{label},{(IsTrain(number) ? "train" : "validation")}\n");
        }

        var form = new MultipartFormDataContent
        {
            {
                new ByteArrayContent(Zip([.. Enumerable.Range(0, Count).Select(number => ($"{Name(number)}.png", Png(seed + number)))])),
                "images",
                "faces.zip"
            },
            { new StringContent(table.ToString()), "table", "labels.csv" },
        };
        return form;
    }

    public static ByteArrayContent Body(byte[] content, string type)
    {
        var body = new ByteArrayContent(content);
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        return body;
    }

    private static bool IsTrain(int number) => number is < Train or >= Known;

    private static string Name(int number) => $"p{number:00}";
}
