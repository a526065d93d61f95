using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Artifacts.Tests.Runs;
using SsFer.Artifacts.Tests.Storage;

namespace SsFer.Artifacts.Tests.Datasets;

public sealed class RelabellingTests : IDisposable
{
    private const int Pictures = 25; // three shards
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _written = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderArtifactStore Store => new(_folder["store"]);

    private DatasetWriterOptions Options => new() { ItemsPerShard = 10, ScratchDirectory = _folder["scratch"] };

    /// <summary>Writes down what is written.</summary>
    private ObservedStore Observed =>
        new(Store)
        {
            BeforeStream = (path, _) => _written.Add(path),
            BeforePut = (path, _) =>
            {
                _written.Add(path);
                return Task.CompletedTask;
            },
        };

    [Fact]
    public async Task Write_NewLabelsOfOneShard_WritesItsLabelTableAndTheManifestAlone()
    {
        var source = await Sample.WriteAsync(Store, Pictures, options: Options, cancellationToken: Token);

        var relabelled = await new Relabelling(Observed).WriteAsync(source, Sample.Draft(), Happy(12, 14), Token);

        Assert.Equal(
            [
                $"datasets/faces/label-tables/{relabelled.Shards[1].LabelsSha256}.jsonl",
                $"datasets/faces/{relabelled.Version}/manifest.json",
            ],
            _written
        );
        Assert.Equal(source.Shards.Select(shard => shard.Sha256), relabelled.Shards.Select(shard => shard.Sha256));
        var items = await ItemsAsync(relabelled);
        Assert.Equal("happiness", items[12].Label);
        Assert.Equal("happiness", items[14].Label);
        Assert.Equal(
            Enumerable.Range(0, Pictures).Where(number => number is not (12 or 14)).Select(number => Sample.Item(number).Label),
            items.Where((_, number) => number is not (12 or 14)).Select(item => item.Label)
        );
        Assert.Equal(9, relabelled.Counts["train"]["happiness"]);
        Assert.Equal(source.Rejected, relabelled.Rejected);
        Assert.Null((await ItemsAsync(source))[14].Label); // the old version says what it said
    }

    [Fact]
    public async Task Write_WithoutVotes_HasThem_AndWithTheSameOnesIsTheSameVersion()
    {
        var source = await Sample.WriteAsync(Store, Pictures, options: Options, cancellationToken: Token);
        Assert.Equal([("train", 1)], source.Voted!.Select(split => (split.Key, split.Value))); // of two, one of them labelled

        var without = await RelabelAsync(source, item => item with { Votes = null });
        var again = await RelabelAsync(without, item => item with { Votes = Sample.Item(int.Parse(item.Key)).Votes });

        Assert.Null(without.Voted);
        Assert.All(await ItemsAsync(without), item => Assert.Null(item.Votes));
        Assert.Equal(source.Shards, again.Shards);
        Assert.Equal((8, 1), ((await ItemsAsync(again))[1].Votes!["neutral"], (await ItemsAsync(again))[1].Votes!["unknown"]));

        Task<DatasetManifest> RelabelAsync(DatasetManifest from, Func<DatasetItem, DatasetItem> change) =>
            new Relabelling(Store).WriteAsync(from, Sample.Draft(), item => new(change(item)), Token);
    }

    [Fact]
    public async Task Write_LabelsOfAnImport_GivesTheVersionOfThatImport()
    {
        var source = await Sample.WriteAsync(Store, Pictures, options: Options, cancellationToken: Token);
        await using var writer = DatasetWriter.Create(new FolderArtifactStore(_folder["other"]), Sample.Draft(), Options);
        for (var number = 0; number < Pictures; number++)
        {
            await writer.AddAsync(
                Sample.Item(number) with
                {
                    Label = "neutral",
                    Split = DatasetSplit.Test,
                },
                Sample.Image(number),
                "png",
                Token
            );
        }

        writer.Reject("faces.zip/broken.png", "not a picture");
        var imported = await writer.CompleteAsync(new Dictionary<string, string>(), Token);

        var relabelled = await new Relabelling(Store).WriteAsync(
            source,
            Sample.Draft(),
            item => new(item with { Label = "neutral", Split = DatasetSplit.Test }),
            Token
        );

        Assert.Equal(imported.Version, relabelled.Version);
    }

    [Fact]
    public async Task Write_TheSameTwice_GivesOneVersionAndWritesNoTableAgain()
    {
        var source = await Sample.WriteAsync(Store, Pictures, options: Options, cancellationToken: Token);
        var first = await new Relabelling(Store).WriteAsync(source, Sample.Draft(), Happy(3), Token);

        var second = await new Relabelling(Observed).WriteAsync(source, Sample.Draft(), Happy(3), Token);

        Assert.Equal(first.Version, second.Version);
        Assert.Equal([$"datasets/faces/{first.Version}/manifest.json"], _written); // put if absent
    }

    [Fact]
    public async Task Write_ErasedPictures_AreSeenByNoReaderAndKeepTheirPlaces()
    {
        var source = await Sample.WriteAsync(Store, Pictures, options: Options, cancellationToken: Token);
        string[] gone = [Sample.Item(4).Key, Sample.Item(24).Key];

        var smaller = await new Relabelling(Store).WriteAsync(
            source,
            Sample.Draft(),
            item => new(gone.Contains(item.Key) ? null : item),
            Token
        );
        var smallest = await new Relabelling(Store).WriteAsync(smaller, Sample.Draft(), Happy(5), Token);

        foreach (var version in new[] { smaller, smallest })
        {
            Assert.Equal(Pictures - 2, version.Pictures);
            Assert.Equal([1, null, 1], version.Shards.Select(shard => shard.Erased));
            using var reader = await DatasetReader.OpenAsync(Store, "faces", version.Version, _folder["cache"], Token);
            var entries = await reader.EntriesAsync(Token).ToListAsync(Token);
            Assert.DoesNotContain(entries, entry => gone.Contains(entry.Item.Key));
            Assert.Equal(await ItemsAsync(version), entries.Select(entry => entry.Item), (one, two) => one.Key == two.Key);
            Assert.All(entries, entry => Assert.Equal(Sample.Item(entry.Position).Key, entry.Item.Key));
            var last = new byte[entries[^1].Length];
            reader.ReadImage(entries[^1], last);
            Assert.Equal(Sample.Image(23), last);
        }
    }

    [Fact]
    public async Task Write_ErasedOriginal_LetsItsFirstCopyTakeItsPlace()
    {
        await using var writer = DatasetWriter.Create(Store, Sample.Draft(), Options);
        for (var number = 0; number < 4; number++)
        {
            var item = Sample.Item(number) with { DuplicateOf = number == 0 ? null : Sample.Item(0).Key };
            await writer.AddAsync(item, Sample.Image(0), "png", Token);
        }

        var source = await writer.CompleteAsync(new Dictionary<string, string>(), Token);

        var smaller = await new Relabelling(Store).WriteAsync(
            source,
            Sample.Draft(),
            item => new(item.DuplicateOf is null ? null : item),
            Token
        );

        var key = Sample.Item(1).Key;
        Assert.Equal([null, key, key], (await ItemsAsync(smaller)).Select(item => item.DuplicateOf));
    }

    [Fact]
    public async Task Write_EveryPictureErased_IsRefused()
    {
        var source = await Sample.WriteAsync(Store, 3, options: Options, cancellationToken: Token);
        var fault = await Assert.ThrowsAsync<ArtifactException>(() =>
            new Relabelling(Store).WriteAsync(source, Sample.Draft(), _ => new((DatasetItem?)null), Token)
        );
        Assert.Contains("'faces' would be empty", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "joy", "its class 'joy'")]
    [InlineData("training", "neutral", "its split 'training'")]
    public async Task Write_LabelThatCannotBe_IsRefusedNamingThePicture(string split, string label, string expected)
    {
        var source = await Sample.WriteAsync(Store, 3, options: Options, cancellationToken: Token);
        var fault = await Assert.ThrowsAsync<ArgumentException>(() =>
            new Relabelling(Store).WriteAsync(source, Sample.Draft(), item => new(item with { Split = split, Label = label }), Token)
        );
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains(Sample.Item(0).Source, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("index.jsonl")]
    [InlineData("jsonl")]
    public async Task Write_DamagedIndexOrTable_IsRefusedNamingIt(string extension)
    {
        var source = await Sample.WriteAsync(Store, Pictures, options: Options, cancellationToken: Token);
        var file = Sample.FileOf(source.Shards[2], extension);
        var content = await File.ReadAllTextAsync(_folder[$"store/datasets/faces/{file}"], Token);
        await File.WriteAllTextAsync(
            _folder[$"store/datasets/faces/{file}"],
            extension == "jsonl"
                ? content.Replace("neutral", "happiness", StringComparison.Ordinal)
                : content.Replace("00ff", "00fe", StringComparison.Ordinal),
            Token
        );

        var fault = await Assert.ThrowsAsync<CorruptArtifactException>(() =>
            new Relabelling(Store).WriteAsync(source, Sample.Draft(), item => new(item), Token)
        );
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfTheSamePicturesUnderOtherLabels_WritesNoShardAgain()
    {
        await Sample.WriteAsync(Store, Pictures, options: Options, cancellationToken: Token);
        await using var writer = await DatasetWriter.ResumeAsync(Observed, Sample.Draft(), "a corrected table", Options, Token);
        for (var number = 0; number < Pictures; number++)
        {
            await writer.AddAsync(Sample.Item(number) with { Label = "neutral" }, Sample.Image(number), "png", Token);
        }

        var corrected = await writer.CompleteAsync(new Dictionary<string, string>(), Token);

        Assert.DoesNotContain(_written, path => path.EndsWith(".tar", StringComparison.Ordinal));
        Assert.Equal(Pictures, corrected.Counts.Values.Sum(classes => classes["neutral"]));
        using var reader = await DatasetReader.OpenAsync(Store, "faces", corrected.Version, _folder["cache"], Token);
        Assert.Equal(Pictures, await reader.EntriesAsync(Token).CountAsync(Token));
    }

    public void Dispose() => _folder.Dispose();

    private static Func<DatasetItem, ValueTask<DatasetItem?>> Happy(params int[] numbers)
    {
        var keys = numbers.Select(number => Sample.Item(number).Key).ToHashSet(StringComparer.Ordinal);
        return item => new(keys.Contains(item.Key) ? item with { Label = "happiness" } : item);
    }

    private async Task<List<DatasetItem>> ItemsAsync(DatasetManifest manifest) =>
        await new DatasetCatalog(Store).ItemsAsync(manifest, Token).ToListAsync(Token);
}
