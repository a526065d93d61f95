using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SsFer.Importing.Text;

namespace SsFer.Cli.Tests.Up;

/// <summary>Every parameter of an upload means what the option of the terminal means: the same files give the same version.</summary>
[Trait("Category", "Slow")]
public sealed class UpImportTests : IDisposable
{
    private const string Columns = "imageColumn=file&labelColumn=mood";

    /// <summary>The query, the files of the upload (the table first where there is one), and the same for the terminal.</summary>
    private static readonly (string Query, string[] Files, string[] Terminal)[] Cases =
    [
        ("format=faces", ["faces.zip"], ["faces", "faces.zip"]),
        ("format=folders&holdOut=25%25&seed=7", ["faces.zip"], ["folders", "faces.zip", "--hold-out", "0.25", "--seed", "7"]),
        ("format=folders&encoding=gbk", ["gbk.zip"], ["folders", "gbk.zip", "--encoding", "gbk"]),
        ("format=folders&contradictions=keep", ["faces.zip"], ["folders", "faces.zip", "--contradictions", "keep"]),
        ("format=folders&contradictions=votes", ["faces.zip"], ["folders", "faces.zip", "--contradictions", "votes"]),
        ($"format=csv&{Columns}&missing=sad", ["t.csv", "faces.zip"], [.. Csv, "--missing", "sad"]),
        ($"format=csv&{Columns}&splitColumn=part", ["t.csv", "faces.zip"], [.. Csv, "--split-column", "part"]),
        (
            $"format=csv&{Columns}&boxColumns=a,b,c,d&boxFormat=xywh",
            ["t.csv", "faces.zip"],
            [.. Csv, "--box-columns", "a,b,c,d", "--box-format", "xywh"]
        ),
        (
            $"format=csv&{Columns}&boxColumns=p,q,r,s&boxFormat=cxcywh&boxUnits=shares",
            ["t.csv", "faces.zip"],
            [.. Csv, "--box-columns", "p,q,r,s", "--box-format", "cxcywh", "--box-units", "shares"]
        ),
        ("format=ferplus&rule=majority", ["votes.csv", "faces.zip"], [.. FerPlus, "--rule", "majority"]),
        ("format=rafdb&pictures=original", ["rafdb.zip"], ["rafdb", "rafdb.zip", "--pictures", "original"]),
        ("format=affectnet&classes=7", ["affectnet.zip"], ["affectnet", "affectnet.zip", "--classes", "7"]),
        (
            "format=adience&task=gender&validationFold=1",
            ["adience.zip"],
            ["adience", "adience.zip", "--task", "gender", "--validation-fold", "1"]
        ),
    ];

    private readonly Material _material = new();

    private static string[] Csv => ["csv", "--table", "t.csv", "--images", "faces.zip", "--image-column", "file", "--label-column", "mood"];

    private static string[] FerPlus => ["ferplus", "--votes", "votes.csv", "--images", "faces.zip"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _material.Dispose();

    [Fact]
    public async Task Upload_WithAnyParameter_IsTheVersionOfTheTerminal()
    {
        WriteFiles();
        using var up = await UpProcess.StartAsync(_material.Root, "--store", "up");
        var tested = new HashSet<string>();
        foreach (var (query, files, terminal) in Cases)
        {
            var (sent, _) = await SendAsync(up, query, files);
            var imported = await SsferShell.RunAsync(
                _material.Root,
                ["data", "import", .. terminal, "--name", "set", "--store", "here", "--json"]
            );

            imported.AssertDone();
            Assert.Equal((query, imported.Json.GetProperty("version").GetString()), (query, sent));
            var parameters = query.Split('&');
            foreach (var parameter in parameters)
            {
                var without = await SendAsync(up, string.Join('&', parameters.Where(other => other != parameter)), files);
                Assert.True(without.Version != sent, $"{query} gives the same version without {parameter}");
                tested.Add(parameter.Split('=')[0]);
            }
        }

        var operation = (await up.Client.GetFromJsonAsync<JsonElement>("/api/openapi/console.json", Token))
            .GetProperty("paths")
            .GetProperty("/api/datasets/{name}/images")
            .GetProperty("post");
        var known = operation.GetProperty("parameters").EnumerateArray().Select(each => each.GetProperty("name").GetString()!);
        Assert.Equal(known.Where(name => name != "name").Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }

    private async Task<(string? Version, HttpStatusCode Status)> SendAsync(UpProcess up, string query, string[] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            var content = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(_material.Root, file), Token));
            form.Add(content, file.EndsWith(".csv", StringComparison.Ordinal) ? "table" : "images", file);
        }

        using var answer = await up.Client.PostAsync($"/api/datasets/set/images?{query}", form, Token);
        return answer.StatusCode == HttpStatusCode.Created
            ? ((await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("version").GetString(), answer.StatusCode)
            : (null, answer.StatusCode);
    }

    private void WriteFiles()
    {
        var faces = Enumerable.Range(0, 16).Select(i => ($"{(i % 2 == 0 ? "glad" : "sad")}/{i}.png", Material.Png(5 * i))).ToList();
        // Under both labels, twice as glad
        Zip(
            "faces.zip",
            [.. faces, ("glad/x.png", Material.Png(100)), ("glad/y.png", Material.Png(100)), ("sad/z.png", Material.Png(100))]
        );
        var gbk = TextEncodings.Get("gbk");
        Zip("gbk.zip", [.. faces.Select(face => (face.Item1.Replace("glad", "高兴", StringComparison.Ordinal), face.Item2))], gbk);
        Write(
            "t.csv",
            [
                "file,mood,image,label,part,a,b,c,d,p,q,r,s",
                .. Enumerable
                    .Range(0, 16)
                    .Select(i =>
                        string.Join(
                            ',',
                            $"{i}.png,{(i % 2 == 0 ? "glad" : "sad")},{i}.png,{i % 3},{(i < 12 ? "train" : "test")},8,8,30,32",
                            // As many in shares as in pixels: only boxUnits tells what they are.
                            i % 2
                            == 0
                                ? ".5,.5,.4,.6"
                                : "20,20,9,9"
                        )
                    ),
            ]
        );
        Write(
            "votes.csv",
            [Material.VotesHeader, .. Enumerable.Range(0, 16).Select(i => $"Training,{i}.png,{(i < 4 ? "4,3,3" : "8,2,0")},0,0,0,0,0,0,0")]
        );
        Zip(
            "rafdb.zip",
            [
                ("EmoLabel/list_patition_label.txt", "train_00001.jpg 5\ntrain_00002.jpg 1\n"u8.ToArray()),
                .. Enumerable
                    .Range(1, 2)
                    .SelectMany(i =>
                        new[]
                        {
                            ($"original/train_0000{i}.jpg", Material.Png(i)),
                            ($"aligned/train_0000{i}_aligned.jpg", Material.Png(9 + i)),
                        }
                    ),
            ]
        );
        const string Header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal";
        Zip(
            "affectnet.zip",
            [
                ("training.csv", Encoding.UTF8.GetBytes($"{Header}\n1/a.jpg,1,2,30,40,,1,0,0\n1/b.jpg,1,2,30,40,,7,0,0\n")),
                ("1/a.jpg", Material.Png(1)),
                ("1/b.jpg", Material.Png(2)),
            ]
        );
        const string Fold = "user_id\toriginal_image\tface_id\tage\tgender\n";
        Zip(
            "adience.zip",
            [
                ("fold_0_data.txt", Encoding.UTF8.GetBytes($"{Fold}u\ta.jpg\t1\t(25, 32)\tf\n")),
                ("fold_1_data.txt", Encoding.UTF8.GetBytes($"{Fold}u\tb.jpg\t2\t(4, 6)\tm\n")),
                ("faces/u/coarse_tilt_aligned_face.1.a.jpg", Material.Png(1)),
                ("faces/u/coarse_tilt_aligned_face.2.b.jpg", Material.Png(2)),
            ]
        );
    }

    private void Write(string name, string[] lines) => _material.Write(name, Encoding.UTF8.GetBytes(string.Join('\n', lines) + '\n'));

    private void Zip(string name, List<(string Entry, byte[] Content)> entries, Encoding? encoding = null)
    {
        using var archive = ZipFile.Open(Path.Combine(_material.Root, name), ZipArchiveMode.Create, encoding);
        foreach (var (entry, content) in entries)
        {
            using var stream = archive.CreateEntry(entry).Open();
            stream.Write(content);
        }
    }
}
