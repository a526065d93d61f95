using SsFer.Artifacts.Datasets;
using SsFer.Cli.Commands;
using SsFer.Cli.Commands.Training;
using SsFer.Cli.Terminal;
using SsFer.Planning;

namespace SsFer.Cli.Tests.Training;

public sealed class DatasetResolverTests : IDisposable
{
    private const string Name = "mini";
    private readonly Material _material = new();
    private readonly StringWriter _said = new();
    private readonly CommandSession _session;

    public DatasetResolverTests() =>
        _session = new CommandSession(
            new CommandTerminal(TextWriter.Null, _said, json: false, interactive: false, TimeProvider.System),
            Path.Combine(_material.Root, ".ssfer"),
            TimeProvider.System
        );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resolve_PreparedAtOtherSizes_PreparesAsTheNewestOfThemAndSaysSo()
    {
        await AddAsync(size: null);
        await AddAsync(64, ("detector", "annotated"), ("margin", "0.3"));
        await AddAsync(48, ("detector", "none"), ("margin", "0.25"));

        var made = await ResolveAsync();

        Assert.Equal((32, "none", "0.25"), (made.Size, made.Provenance["detector"], made.Provenance["margin"]));
        Assert.Contains(
            "mini is not prepared at 32 pixels yet: ssfer data prepare mini --size 32 --detector none --margin 0.25, as at 48 pixels",
            _said.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Resolve_PreparedWithABorder_KeepsIt()
    {
        await AddAsync(size: null);
        await AddAsync(48, ("detector", "blazeface"), ("margin", "0.15"), ("border", "0.5"));

        var made = await ResolveAsync();

        Assert.Equal(("blazeface", "0.5"), (made.Provenance["detector"], made.Provenance["border"]));
        Assert.Contains("--detector blazeface --margin 0.15 --border 0.5, as at 48 pixels", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_NeverPrepared_PreparesByDefaultSettings()
    {
        await AddAsync(size: null);

        var made = await ResolveAsync();

        Assert.Equal((32, "blazeface", "auto"), (made.Size, made.Provenance["detector"], made.Provenance["border"]));
        Assert.Matches(@"(?m)^mini is not prepared at 32 pixels yet: ssfer data prepare mini --size 32\r?$", _said.ToString());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Resolve_PreparedWithANetworkThatIsNotStored_AsksForIt()
    {
        await AddAsync(size: null);
        await AddAsync(48, ("detector", "yolo-face"), ("margin", "0.15"));

        var refused = await Assert.ThrowsAsync<PlanningException>(ResolveAsync);

        Assert.Contains("ssfer data prepare mini --size 32 --detector yolo-face=MODEL.onnx", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_ImportedAgainSince_PreparesTheNewPicturesAsBeforeAndSaysSo()
    {
        var old = await AddAsync(size: null);
        await AddAsync(32, ("rawVersion", old), ("detector", "none"), ("margin", "0.25"));
        var current = await AddAsync(size: null, seed: 2);

        var made = await ResolveAsync();

        Assert.Equal((current, "none", "0.25"), (made.Provenance["rawVersion"], made.Provenance["detector"], made.Provenance["margin"]));
        Assert.Contains(
            "mini was imported again after it was prepared at 32 pixels: ssfer data prepare mini --size 32 --detector none --margin 0.25",
            _said.ToString(),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _material.Dispose();

    private async Task<DatasetManifest> ResolveAsync()
    {
        var reference = await new DatasetResolver(_session, size: 32).ResolveAsync(Name, null, Token);
        return await new DatasetCatalog(_session.Store).ReadManifestAsync(Name, reference.Version, Token);
    }

    /// <summary>Publishes a version of one picture: raw, or prepared at a size as the provenance tells. Returns its version.</summary>
    private Task<string> AddAsync(int? size, params (string Key, string Value)[] provenance) => AddAsync(size, 1, provenance);

    private async Task<string> AddAsync(int? size, int seed, params (string Key, string Value)[] provenance)
    {
        var draft = new DatasetDraft
        {
            Name = Name,
            Kind = size is null ? DatasetKind.Raw : DatasetKind.Prepared,
            Size = size,
            Classes = [],
        };
        await using var writer = DatasetWriter.Create(_session.Store, draft);
        await writer.AddAsync(
            new DatasetItem
            {
                Key = "a",
                Split = DatasetSplit.Train,
                Source = "a.png",
            },
            Material.Png(seed, size ?? 48),
            "png",
            Token
        );
        var manifest = await writer.CompleteAsync(provenance.ToDictionary(pair => pair.Key, pair => pair.Value), Token);
        await new DatasetCatalog(_session.Store).PublishAsync(manifest, Token);
        return manifest.Version;
    }
}
