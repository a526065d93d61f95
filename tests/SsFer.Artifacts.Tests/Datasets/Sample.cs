using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

/// <summary>Small datasets of made-up bytes; the store never looks into a picture.</summary>
internal static class Sample
{
    public static readonly string[] Classes = ["happiness", "neutral"];

    /// <summary>Number of the picture that tests of resuming reject.</summary>
    public const int Rejected = 13;

    public static DatasetDraft Draft(string name = "faces") =>
        new()
        {
            Name = name,
            Kind = DatasetKind.Prepared,
            Size = 48,
            Classes = Classes,
        };

    public static DatasetItem Item(int number) =>
        new()
        {
            Key = number.ToString("00000000", CultureInfo.InvariantCulture),
            Split = number % 5 == 0 ? DatasetSplit.Validation : DatasetSplit.Train,
            Label = (number % 3) switch
            {
                0 => "neutral",
                1 => "happiness",
                _ => null,
            },
            LabelsByRule = new Dictionary<string, string?> { ["plurality"] = "neutral", ["majority"] = number % 2 == 0 ? "neutral" : null },
            Votes = number % 16 == 1 ? new Dictionary<string, int> { ["neutral"] = 8, ["unknown"] = 1 } : null,
            Box = [1.5f, 2.25f, 40, 44.125f],
            Landmarks = [10, 11, 30, 11.5f],
            DetectionScore = 0.875f,
            PixelHash = "00ff",
            Source = $"faces.zip/é {number}.png",
        };

    public static byte[] Image(int number)
    {
        var image = new byte[600 + (number * 37 % 500)];
        new Random(number).NextBytes(image);
        return image;
    }

    /// <summary>Where a file of a shard stands below the folder of its dataset.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="extension">tar, index.jsonl, or jsonl for its label table.</param>
    public static string FileOf(ShardInfo shard, string extension) =>
        extension == "jsonl" ? $"label-tables/{shard.LabelsSha256}.jsonl" : $"shards/{shard.Sha256}.{extension}";

    public static async Task<DatasetManifest> WriteAsync(
        IArtifactStore store,
        int items,
        DatasetDraft? draft = null,
        DatasetWriterOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        await using var writer = DatasetWriter.Create(store, draft ?? Draft(), options);
        for (var number = 0; number < items; number++)
        {
            await writer.AddAsync(Item(number), Image(number), "png", cancellationToken);
        }

        writer.Reject("faces.zip/broken.png", "not a picture");
        return await writer.CompleteAsync(new Dictionary<string, string> { ["importer"] = "sample" }, cancellationToken);
    }
}
