using System.Collections.Concurrent;
using System.Net.Http.Headers;
using SsFer.Artifacts.Datasets;
using SsFer.Console.Datasets;
using SsFer.Testing;

namespace SsFer.Console.Tests;

public sealed class DatasetTests
{
    private static readonly byte[] Faces = Pictures.Zip(("a/1.png", Pictures.Png(1)), ("b/2.png", Pictures.Png(2)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostImages_AZipAsTheBody_IsImportedAndListed()
    {
        await using var host = await ConsoleHost.StartAsync();

        var version = await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/web/images?format=faces", Pictures.Body(Faces, "application/zip"), Token),
            201
        );

        Assert.Equal((2, "raw"), (version.GetProperty("items").GetInt32(), version.GetProperty("kind").GetString()));
        var listed = Assert.Single((await host.GetAsync("/api/datasets")).EnumerateArray());
        Assert.Equal(
            ("web", version.GetProperty("version").GetString()),
            (listed.GetProperty("name").GetString(), listed.GetProperty("raw").GetString())
        );
        Assert.Equal(
            2,
            (await host.GetAsync("/api/datasets/web"))
                .GetProperty("versions")[0]
                .GetProperty("counts")
                .GetProperty("train")
                .GetProperty("")
                .GetInt32()
        );
    }

    [Fact]
    public async Task PostImages_LoosePicturesInClassFolders_HaveTheirClasses()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var form = new MultipartFormDataContent();
        for (var number = 0; number < 4; number++)
        {
            form.Add(new ByteArrayContent(Pictures.Png(number)), "images", $"{Pictures.Classes[number % 2]}/{number}.png");
        }

        var version = await Answer.ReadAsync(await host.Client.PostAsync("/api/datasets/set/images?format=folders", form, Token), 201);

        Assert.Equal(Pictures.Classes, version.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public async Task PostImages_TheSameUploadTwice_IsTheSameVersion()
    {
        await using var host = await ConsoleHost.StartAsync();

        await host.ImportAsync();
        var first = (await host.Catalog.GetAsync("faces", Token)).Raw;
        await host.ImportAsync();

        Assert.Equal(first, (await host.Catalog.GetAsync("faces", Token)).Raw);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostImages_SentAgainAfterAKill_GoesOnAfterTheLastStoredShard(bool loose)
    {
        await using var calm = await ConsoleHost.StartAsync();
        await using var host = await ConsoleHost.StartAsync();
        await using var killed = await ConsoleHost.StartAsync(
            new FaultyStore(host.Store) { FailAfter = path => path.EndsWith("/seal-00000.json", StringComparison.Ordinal) },
            host.Time
        );
        var written = new ConcurrentQueue<string>();
        await using var again = await ConsoleHost.StartAsync(new FaultyStore(host.Store) { FailAfter = path => Note(path) }, host.Time);

        Assert.False((await SendAsync(killed)).IsSuccessStatusCode);
        var version = await Answer.ReadAsync(await SendAsync(again), 201);

        Assert.Equal(
            (await Answer.ReadAsync(await SendAsync(calm), 201)).GetProperty("version").GetString(),
            version.GetProperty("version").GetString()
        );
        Assert.DoesNotContain(written, path => path.EndsWith("/seal-00000.json", StringComparison.Ordinal));
        Assert.Contains(written, path => path.EndsWith("/seal-00001.json", StringComparison.Ordinal));
        var drafts = new List<string>();
        await foreach (var artifact in host.Store.ListAsync("datasets/set/drafts/", Token))
        {
            drafts.Add(artifact.Path);
        }

        Assert.EndsWith("/draft.json", Assert.Single(drafts), StringComparison.Ordinal); // of the completed one; no second was begun

        bool Note(string path)
        {
            written.Enqueue(path);
            return false;
        }

        async Task<HttpResponseMessage> SendAsync(ConsoleHost to)
        {
            (string Name, byte[] Content)[] pictures =
            [
                .. Enumerable.Range(0, 12).Select(number => ($"{number:00}.png", Pictures.Png(number))),
            ];
            using var form = new MultipartFormDataContent();
            foreach (var (file, content) in loose ? pictures : [("faces.zip", Pictures.Zip(pictures))])
            {
                form.Add(new ByteArrayContent(content), "images", file);
            }

            return await to.Client.PostAsync("/api/datasets/set/images?format=faces", form, Token);
        }
    }

    [Fact]
    public async Task PostImages_FerPlusWithItsVotes_IsImported()
    {
        await using var host = await ConsoleHost.StartAsync();
        const string Votes =
            "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
            + "Training,1.png,9,1,0,0,0,0,0,0,0,0\n"
            + "PublicTest,2.png,0,10,0,0,0,0,0,0,0,0\n";
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Faces), "images", "train.zip" },
            { new StringContent(Votes), "table", "votes.csv" },
        };

        var version = await Answer.ReadAsync(await host.Client.PostAsync("/api/datasets/ferplus/images?format=ferplus", form, Token), 201);

        Assert.Equal(1, version.GetProperty("counts").GetProperty("validation").GetProperty("happiness").GetInt32());
    }

    [Theory]
    [InlineData("my labels.csv", "my labels.csv line 3")]
    [InlineData("../../etc/labels.csv", "labels.csv line 3")]
    [InlineData(null, "table.csv line 3")]
    public async Task PostImages_Table_IsNamedAsItWasSent(string? name, string expected)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Faces), "images", "train.zip" } };
        var table = new StringContent("image,label\n1.png,a\n2.png,b,c\n");
        if (name is null)
        {
            form.Add(table, "table");
        }
        else
        {
            form.Add(table, "table", name);
        }

        await Answer.ReadAsync(await host.Client.PostAsync("/api/datasets/set/images?format=csv", form, Token), 201);

        var manifest = await host.Catalog.ReadManifestAsync("set", (await host.Catalog.GetAsync("set", Token)).Raw!, Token);
        Assert.Equal(expected, Assert.Single(manifest.Rejected).Source);
    }

    [Fact]
    public async Task PostImages_WithHostileNames_StaysInItsFolder()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var form = new MultipartFormDataContent();
        var part = new ByteArrayContent(Pictures.Png(1));
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = "images",
            FileName = "\"../../../tmp/ssfer-hostile.png\"",
        };
        form.Add(part);

        await Answer.ReadAsync(await host.Client.PostAsync("/api/datasets/set/images?format=faces", form, Token), 201);

        Assert.False(File.Exists("/tmp/ssfer-hostile.png"));
        var manifest = await host.Catalog.ReadManifestAsync("set", (await host.Catalog.GetAsync("set", Token)).Raw!, Token);
        var items = new List<DatasetItem>();
        await foreach (var item in host.Catalog.ItemsAsync(manifest, Token))
        {
            items.Add(item);
        }

        Assert.DoesNotContain("..", Assert.Single(items).Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.png", "a.png")]
    [InlineData("a", "a/b.png")]
    [InlineData("a/b/c.png", "a/b")]
    public async Task PostImages_OneInTheWayOfAnother_IsRefusedByName(string first, string second)
    {
        await using var host = await ConsoleHost.StartAsync();
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Pictures.Png(1)), "images", first },
            { new ByteArrayContent(Pictures.Png(2)), "images", second },
        };

        var refusal = await Answer.RefusalAsync(await host.Client.PostAsync("/api/datasets/set/images?format=faces", form, Token), 422);

        Assert.Contains($"'{second}'", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("set", "", 422, "format")]
    [InlineData("set", "format=guess", 422, "guess")]
    [InlineData("set", "format=csv", 422, "table")]
    [InlineData("set", "format=faces&holdOut=0.2", 422, "holdOut")]
    [InlineData("set", "format=folders&holdOut=2", 422, "holdOut")]
    [InlineData("set", "format=ferplus&rule=best", 422, "best")]
    [InlineData("set", "format=folders&rule=majority", 422, "rule goes with the formats ferplus, not with folders")]
    [InlineData("set", "format=csv&holdOuts=0.2", 422, "'holdOuts' is no setting of an import (did you mean 'holdOut'?)")]
    [InlineData("Set", "format=faces", 422, "Set")]
    public async Task PostImages_ThatCannotBe_SaysWhy(string name, string query, int status, string names)
    {
        await using var host = await ConsoleHost.StartAsync();

        var refusal = await Answer.RefusalAsync(
            await host.Client.PostAsync($"/api/datasets/{name}/images?{query}", Pictures.Body(Faces, "application/zip"), Token),
            status
        );

        Assert.Contains(names, refusal, StringComparison.Ordinal);
        Assert.Empty((await host.GetAsync("/api/datasets")).EnumerateArray());
    }

    [Fact]
    public async Task PostImages_WithATableThatTheFormatDoesNotRead_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();

        var refusal = await Answer.RefusalAsync(
            await host.Client.PostAsync("/api/datasets/set/images?format=faces", Pictures.LabelledForm(), Token),
            422
        );

        Assert.StartsWith("format faces reads no table: leave the part 'table' out", refusal, StringComparison.Ordinal);
        Assert.Empty((await host.GetAsync("/api/datasets")).EnumerateArray());
    }

    [Fact]
    public async Task PostImages_OfNoPictures_NamesTheUploadAndNotOurFolders()
    {
        await using var host = await ConsoleHost.StartAsync();

        var refusal = await Answer.RefusalAsync(
            await host.Client.PostAsync("/api/datasets/set/images?format=faces", Pictures.Body([1, 2, 3], "application/zip"), Token),
            422
        );

        Assert.StartsWith("'images.zip' cannot be read", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostImages_OfAnotherType_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync();

        await Answer.RefusalAsync(
            await host.PostAsync("/api/datasets/set/images?format=faces", new { url = "http://example.org/faces.zip" }),
            415
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PostImages_OverTheLimit_IsRefused(bool chunked)
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxUploadBytes", "100"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/datasets/set/images?format=faces")
        {
            Content = Pictures.Body(Faces, "application/zip"),
        };
        request.Headers.TransferEncodingChunked = chunked;

        await Answer.RefusalAsync(await host.Client.SendAsync(request, Token), 413);

        Assert.Empty((await host.GetAsync("/api/datasets")).EnumerateArray());
    }

    [Fact]
    public async Task PostImages_WithATableOverItsLimit_IsRefused()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxTableBytes", "100"));

        var refusal = await Answer.RefusalAsync(
            await host.Client.PostAsync("/api/datasets/set/images?format=csv", Pictures.LabelledForm(), Token),
            413
        );

        Assert.Contains("'table'", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostImages_WhileAsManyAsMayBeAreUnderWay_IsAskedToComeBack()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:MaxUploads", "1"));
        using (host.Get<UploadFolders>().Open())
        {
            var busy = await host.Client.PostAsync("/api/datasets/set/images?format=faces", Pictures.Body(Faces, "application/zip"), Token);
            Assert.NotNull(busy.Headers.RetryAfter);
            await Answer.RefusalAsync(busy, 503);
        }

        await Answer.RefusalAsync(
            await host.Client.PostAsync("/api/datasets/set/images?format=faces", Pictures.Body([1, 2, 3], "application/zip"), Token),
            422
        );
        await Answer.ReadAsync(
            await host.Client.PostAsync("/api/datasets/set/images?format=faces", Pictures.Body(Faces, "application/zip"), Token),
            201
        );
    }

    [Fact]
    public async Task Uploads_LeftBehindByAProcessThatDied_AreDeletedAndOthersAreNot()
    {
        await using var host = await ConsoleHost.StartAsync();
        string old = Directory.CreateTempSubdirectory("ssfer-upload-").FullName,
            current = Directory.CreateTempSubdirectory("ssfer-upload-").FullName;
        Directory.SetLastWriteTimeUtc(old, host.Time.GetUtcNow().UtcDateTime.AddDays(-3));
        Directory.SetLastWriteTimeUtc(current, host.Time.GetUtcNow().UtcDateTime.AddDays(-1));

        host.Get<UploadFolders>().Open().Dispose();

        Assert.False(Directory.Exists(old));
        Assert.True(Directory.Exists(current));
        Directory.Delete(current);
    }

    [Fact]
    public async Task GetDataset_ThatIsNotThere_IsNotFound()
    {
        await using var host = await ConsoleHost.StartAsync();

        Assert.Contains(
            "nobody",
            await Answer.RefusalAsync(await host.Client.GetAsync("/api/datasets/nobody", Token), 404),
            StringComparison.Ordinal
        );
    }
}
