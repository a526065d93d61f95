using System.IO.Compression;
using System.Text.RegularExpressions;

namespace SsFer.Cli.Tests;

/// <summary>
/// The first block of <c>docs/your-own-faces.md</c> as its reader follows it, command by command, on photographs of real people; with the
/// smallest recipe instead of one that learns something.
/// </summary>
[Trait("Category", "Slow")]
public sealed partial class OwnFacesTests : IDisposable
{
    private const int OfEachClass = 14,
        Unlabelled = 60;
    private static readonly string[] Classes = ["happiness", "neutral", "surprise"];

    /// <summary>
    /// What the reader who wants to see in seconds that everything fits together writes instead; the smallest recipe looks at 32
    /// pixels.
    /// </summary>
    private static readonly (string Word, string Instead)[] Smaller = [("48", "32"), ("compact", "smoke")];

    private readonly Material _material = new();

    [Fact]
    public async Task Photographs_ByTheDocumentsWords_BecomePredictions()
    {
        WritePhotographs();
        var commands = Commands();
        Assert.Equal(
            ["data import", "data import", "data prepare", "data prepare", "data show", "train --labelled", "predict first"],
            commands.Select(command => string.Join(' ', command.Take(2)))
        );

        SsferResult? last = null;
        foreach (var command in commands)
        {
            last = await SsferShell.RunAsync(_material.Root, command);
            Assert.True(last.ExitCode == 0, $"{string.Join(' ', command)}: exit code {last.ExitCode}: {last.Error}");
        }

        // Its face was found, or the line would say so
        Assert.Matches($@"^somebody\.jpg: ({string.Join('|', Classes)}) \d+ %\r?\n$", last!.Output);
        Assert.True(File.Exists(Path.Combine(_material.Root, "faces.png")));
        var show = await SsferShell.RunAsync(_material.Root, "data", "show", "mine", "--json");
        var counts = show.Json.GetProperty("versions")[0].GetProperty("counts");
        Assert.All(Classes, name =>
            Assert.Equal(
                (11, 3),
                (counts.GetProperty("train").GetProperty(name).GetInt32(), counts.GetProperty("validation").GetProperty(name).GetInt32())
            )
        );
    }

    public void Dispose() => _material.Dispose();

    /// <summary>The lines of the document's first block that call <c>ssfer</c>, without it and without remarks.</summary>
    private static List<string[]> Commands()
    {
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "documents", "your-own-faces.md"));
        return
        [
            .. lines
                .SkipWhile(line => line != "```bash")
                .Skip(1)
                .TakeWhile(line => line != "```")
                .Where(line => line.StartsWith("./ssfer ", StringComparison.Ordinal))
                .Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..])
                .Select(words => words.Select(word => Smaller.FirstOrDefault(pair => pair.Word == word).Instead ?? word).ToArray()),
        ];
    }

    /// <summary>The folder, the archive and the photograph that the commands name.</summary>
    private void WritePhotographs()
    {
        var folder = Path.Combine(Material.RealData, "lfw");
        using var source = ZipFile.OpenRead(Path.Combine(folder, "lfw-128.zip"));
        var entries = source
            .Entries.Where(entry => PersonAndNumber().IsMatch(entry.Name))
            .ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var labelled = File.ReadLines(Path.Combine(folder, "legend.csv"))
            .Skip(1)
            .Select(line => line.Split(','))
            .Where(cells => entries.ContainsKey(cells[1]))
            .DistinctBy(cells => cells[1])
            .ToLookup(cells => cells[2].ToLowerInvariant(), cells => cells[1]);
        var named = Classes.SelectMany(name => labelled[name].Take(OfEachClass).Select(file => (Class: name, File: file))).ToList();
        foreach (var (name, file) in named)
        {
            _material.Write($"photos/{name}/{file}", Bytes(entries[file]));
        }

        var others = entries
            .Keys.Except(named.Select(photograph => photograph.File))
            .Order(StringComparer.Ordinal)
            .Take(Unlabelled + 1)
            .ToList();
        _material.Write("somebody.jpg", Bytes(entries[others[0]]));
        using var archive = ZipFile.Open(Path.Combine(_material.Root, "lfw.zip"), ZipArchiveMode.Create);
        foreach (var file in others.Skip(1))
        {
            using var entry = archive.CreateEntry(file, CompressionLevel.NoCompression).Open();
            entry.Write(Bytes(entries[file]));
        }
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>As LFW names its pictures; the archive holds others as well.</summary>
    [GeneratedRegex(@"^\p{Lu}.*_\d{4}\.jpg$", RegexOptions.CultureInvariant)]
    private static partial Regex PersonAndNumber();
}
