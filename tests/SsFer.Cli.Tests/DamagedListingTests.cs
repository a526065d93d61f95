namespace SsFer.Cli.Tests;

/// <summary>Listings of a store in which something is damaged.</summary>
public sealed class DamagedListingTests : IDisposable
{
    private readonly Material _material = new();

    [Theory]
    [InlineData("data", "datasets/{0}/current.json", "name", "dataset")]
    [InlineData("runs", "runs/{0}/spec.json", "id", "run")]
    [InlineData("models", "models/{0}/card.json", "id", "model")]
    public async Task List_DamagedEntries_AreAllNamedInTextAndJson(string what, string path, string id, string kind)
    {
        foreach (var name in new[] { "one", "two" })
        {
            var file = Path.Combine(_material.Root, ".ssfer", string.Format(System.Globalization.CultureInfo.InvariantCulture, path, name));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "{", TestContext.Current.CancellationToken);
            if (what == "runs")
            {
                await File.WriteAllTextAsync(
                    Path.Combine(Path.GetDirectoryName(file)!, "plan.json"),
                    "{}",
                    TestContext.Current.CancellationToken
                );
            }
        }

        var json = await SsferShell.RunAsync(_material.Root, what, "list", "--json");
        var text = await SsferShell.RunAsync(_material.Root, what, "list");

        json.AssertDone();
        var entries = json.Json.EnumerateArray().ToList();
        Assert.Equal(["one", "two"], entries.Select(entry => entry.GetProperty(id).GetString()).Order());
        Assert.All(entries, entry => Assert.Contains("is damaged", entry.GetProperty("damage").GetString(), StringComparison.Ordinal));
        text.AssertDone();
        Assert.Contains(
            $"warning: {kind} 'two': '{path.Replace("{0}", "two", StringComparison.Ordinal)}' is damaged",
            text.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("damaged", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ADatasetWhoseManifestIsGone_NamesItAndListsTheOthers()
    {
        foreach (var name in new[] { "one", "two" })
        {
            (await SsferShell.RunAsync(_material.Root, "data", "import", "synthetic", "--count", "70", "--name", name)).AssertDone();
        }

        var manifest = Directory.GetFiles(
            Path.Combine(_material.Root, ".ssfer", "datasets", "one"),
            "manifest.json",
            SearchOption.AllDirectories
        );
        File.Delete(Assert.Single(manifest));

        var list = await SsferShell.RunAsync(_material.Root, "data", "list", "--json");

        list.AssertDone();
        var entries = list.Json.EnumerateArray().ToList();
        Assert.Contains("manifest.json", entries[0].GetProperty("damage").GetString(), StringComparison.Ordinal);
        Assert.False(entries[0].TryGetProperty("pictures", out _));
        Assert.Equal(70, entries[1].GetProperty("pictures").GetInt32());
    }

    [Fact]
    public async Task Show_ADatasetWithADamagedVersion_NamesItAndShowsTheOthers()
    {
        (await SsferShell.RunAsync(_material.Root, "data", "import", "synthetic", "--count", "70", "--name", "one")).AssertDone();
        (await SsferShell.RunAsync(_material.Root, "data", "prepare", "one", "--size", "32", "--detector", "none")).AssertDone();
        var datasets = Path.Combine(_material.Root, ".ssfer", "datasets");
        var manifest = Directory
            .GetFiles(Path.Combine(datasets, "one"), "manifest.json", SearchOption.AllDirectories)
            .Single(file => File.ReadAllText(file).Contains("\"raw\"", StringComparison.OrdinalIgnoreCase));
        await File.WriteAllTextAsync(manifest, "{", TestContext.Current.CancellationToken);

        var show = await SsferShell.RunAsync(_material.Root, "data", "show", "one", "--json");

        show.AssertDone();
        Assert.Equal(32, Assert.Single(show.Json.GetProperty("versions").EnumerateArray()).GetProperty("size").GetInt32());
        var damaged = Assert.Single(show.Json.GetProperty("damaged").EnumerateArray());
        Assert.Contains("is damaged", damaged.GetProperty("damage").GetString(), StringComparison.Ordinal);
        Assert.Contains($"warning: version {damaged.GetProperty("version").GetString()}", show.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListModels_WhereWhatIsInProductionIsDamaged_SaysSoAndListsThem()
    {
        foreach (var (path, content) in new[] { ("models/one/card.json", "{"), ("models/aliases/production.json", "{") })
        {
            var file = Path.Combine(_material.Root, ".ssfer", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);
        }

        var json = await SsferShell.RunAsync(_material.Root, "models", "list", "--json");
        var text = await SsferShell.RunAsync(_material.Root, "models", "list");

        json.AssertDone();
        Assert.Equal("one", Assert.Single(json.Json.EnumerateArray()).GetProperty("id").GetString());
        text.AssertDone();
        Assert.Contains(
            "warning: which model is in production is not known: 'models/aliases/production.json' is damaged",
            text.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("one", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_IntoAStoreThatCannotBeWritten_SaysSoInOneLineBeforeAnyPictureIsRead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system that makes no folders, as /proc is");

        var import = await SsferShell.RunAsync(
            _material.Root,
            "data",
            "import",
            "faces",
            "nowhere",
            "--name",
            "set",
            "--store",
            "/proc/foo"
        );

        Assert.Equal(1, import.ExitCode);
        Assert.Equal(
            "error: the store /proc/foo cannot be written, no folder can be made there: allow it for this user, or choose another folder "
                + "with --store",
            import.Error.Trim()
        );
    }

    public void Dispose() => _material.Dispose();
}
