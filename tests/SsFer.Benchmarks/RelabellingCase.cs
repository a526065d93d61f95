using System.Diagnostics;
using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Testing;

namespace SsFer.Benchmarks;

/// <summary>What new labels cost the store: bytes written and seconds, for a dataset that has raw pictures and prepared faces.</summary>
internal static class RelabellingCase
{
    private const int Default = 100_000;
    private const int NewLabels = 400;
    private const int PictureBytes = 2000; // a face of 48 pixels as PNG
    private static readonly Dictionary<string, string> None = [];

    public static async Task<int> RunAsync(string? pictures)
    {
        var count = pictures is null ? Default : int.Parse(pictures, CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("ssfer-relabelling-");
        try
        {
            var store = new CountingStore(new FolderArtifactStore(folder.FullName));
            DatasetManifest[] versions =
            [
                await WriteAsync(store, DatasetKind.Raw, count, folder.FullName),
                await WriteAsync(store, DatasetKind.Prepared, count, folder.FullName),
            ];
            Console.WriteLine($"{count:N0} pictures, raw and prepared: {store.Bytes:N0} bytes in {store.Writes:N0} writes");

            store.Reset();
            var every = Math.Max(1, count / NewLabels);
            var clock = Stopwatch.StartNew();
            foreach (var version in versions)
            {
                var number = 0;
                await new Relabelling(store).WriteAsync(
                    version,
                    Draft(version.Kind),
                    item => new(number++ % every == 0 ? item with { Label = "happiness" } : item),
                    CancellationToken.None
                );
            }

            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count / every:N0} new labels: {store.Bytes:N0} bytes in {store.Writes:N0} writes, {clock.Elapsed.TotalSeconds:0.0} s"
                )
            );
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DatasetDraft Draft(DatasetKind kind) =>
        new()
        {
            Name = "faces",
            Kind = kind,
            Size = kind == DatasetKind.Raw ? null : 48,
            Classes = ["happiness", "neutral"],
        };

    /// <summary>The store never looks into a picture: noise serves.</summary>
    private static async Task<DatasetManifest> WriteAsync(IArtifactStore store, DatasetKind kind, int count, string scratch)
    {
        await using var writer = DatasetWriter.Create(store, Draft(kind), new DatasetWriterOptions { ScratchDirectory = scratch });
        var (picture, random) = (new byte[PictureBytes], new Random(1));
        for (var number = 0; number < count; number++)
        {
            random.NextBytes(picture);
            var key = number.ToString("00000000", CultureInfo.InvariantCulture);
            var item = new DatasetItem
            {
                Key = key,
                Split = DatasetSplit.Train,
                Label = number % 4 == 0 ? "neutral" : null,
                PixelHash = number.ToString("x64", CultureInfo.InvariantCulture),
                Source = $"faces.zip/{key}.png",
                Box = kind == DatasetKind.Prepared ? [4, 4, 44, 44] : null,
            };
            await writer.AddAsync(item, picture, "png", CancellationToken.None);
        }

        return await writer.CompleteAsync(None, CancellationToken.None);
    }

    private sealed class CountingStore(IArtifactStore inner) : ForwardingStore(inner)
    {
        public long Bytes { get; private set; }

        public int Writes { get; private set; }

        public void Reset() => (Bytes, Writes) = (0, 0);

        public override async Task PutAsync(string path, Stream content, CancellationToken cancellationToken)
        {
            var length = content.Length;
            await base.PutAsync(path, content, cancellationToken);
            Count(length);
        }

        public override async Task<string?> TryPutIfAbsentAsync(
            string path,
            ReadOnlyMemory<byte> content,
            CancellationToken cancellationToken
        )
        {
            var tag = await base.TryPutIfAbsentAsync(path, content, cancellationToken);
            Count(tag is null ? 0 : content.Length);
            return tag;
        }

        private void Count(long bytes) => (Bytes, Writes) = (Bytes + bytes, Writes + 1);
    }
}
