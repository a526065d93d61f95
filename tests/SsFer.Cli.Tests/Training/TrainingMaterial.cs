using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Faces.Imaging;

namespace SsFer.Cli.Tests.Training;

/// <summary>
/// A store with a small prepared dataset of two classes that differ, and the command lines to train on it within seconds.
/// </summary>
internal sealed class TrainingMaterial : IDisposable
{
    public const int Pictures = 96;

    private readonly Material _material = new();

    public string Root => _material.Root;

    /// <summary>A copy, for one test, of what <see cref="PreparedFaces"/> imported and prepared once.</summary>
    public static async Task<TrainingMaterial> CreateAsync()
    {
        var prepared = await PreparedFaces.GetAsync();
        var material = new TrainingMaterial();
        Copy(prepared.Root, material.Root);
        return material;
    }

    internal static async Task<TrainingMaterial> ImportAndPrepareAsync()
    {
        var material = new TrainingMaterial();
        var rows = new List<string> { Material.VotesHeader };
        for (var i = 0; i < Pictures; i++)
        {
            material._material.Write($"images/fer{i:0000000}.png", Face(i));
            rows.Add($"{(i < 80 ? "Training" : "PublicTest")},fer{i:0000000}.png,{(i % 2 == 0 ? "10,0" : "0,10")},0,0,0,0,0,0,0,0");
        }

        File.WriteAllLines(Path.Combine(material.Root, "votes.csv"), rows);
        (await material.RunAsync("data", "import", "ferplus", "--images", "images", "--votes", "votes.csv", "--name", "mini")).AssertDone();
        (await material.RunAsync("data", "prepare", "mini", "--size", "32", "--detector", "none")).AssertDone();
        return material;
    }

    /// <summary>The whole run in about a hundred steps a stage, in fp32 on one thread, with a checkpoint every five steps.</summary>
    public static string[] Train(string store, params string[] more) =>
        [
            "train",
            "--labelled",
            "mini",
            "--labels",
            "60%",
            "--validation",
            "mini:validation",
            "--recipe",
            "smoke",
            "--run",
            "r",
            "--store",
            store,
            "--json",
            "--set",
            "Execution.Precision=Fp32",
            "--set",
            "Execution.Threads=1",
            "--set",
            "Execution.CheckpointSteps=5",
            "--set",
            "Pretraining.Epochs=20",
            "--set",
            "FineTuning.FewLabelsEpochs=16",
            "--set",
            "EmaTeacher.Epochs=25",
            .. more,
        ];

    /// <summary>A run named q by the smallest recipe.</summary>
    public static string[] Quick(params string[] command) =>
        [.. command, "--recipe", "smoke", "--run", "q", "--set", "Execution.Precision=Fp32"];

    /// <summary>A copy of the store with its dataset and without any run.</summary>
    public string CopyStore(string name)
    {
        Copy(Path.Combine(Root, ".ssfer"), Path.Combine(Root, name));
        return name;
    }

    public Task<SsferResult> RunAsync(params IEnumerable<string> arguments) => SsferShell.RunAsync(Root, arguments);

    public SsferProcess Start(params IEnumerable<string> arguments) => SsferProcess.Start(Root, arguments);

    /// <summary>The record of a stage, or null while there is none.</summary>
    public JsonElement? Record(string store, string stage)
    {
        var path = Path.Combine(Root, store, "runs", "r", "stages", $"{stage}.json");
        return File.Exists(path) ? JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path)) : null;
    }

    /// <summary>Every weights file that the run's stages made, by stage and file name.</summary>
    public SortedDictionary<string, byte[]> Weights(string store, JsonElement result)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var stage in result.GetProperty("stages").EnumerateObject())
        {
            var folder = Path.Combine(Root, store, stage.Value.GetProperty("path").GetString()!);
            foreach (var file in Directory.EnumerateFiles(folder, "*.safetensors"))
            {
                files[$"{stage.Name}/{Path.GetFileName(file)}"] = File.ReadAllBytes(file);
            }
        }

        return files;
    }

    /// <summary>Hash of every stored file.</summary>
    public SortedDictionary<string, string> Snapshot()
    {
        var store = Path.Combine(Root, ".ssfer");
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories))
        {
            if (!Path.GetRelativePath(store, file).StartsWith('.'))
            {
                files[Path.GetRelativePath(store, file)] = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
            }
        }

        return files;
    }

    public void Dispose() => _material.Dispose();

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Bright noise for the one class, dark noise for the other: whatever a crop keeps, it tells them apart.</summary>
    private static byte[] Face(int index)
    {
        const int Side = 32;
        var random = new Random(index);
        var pixels = new byte[Side * Side * 3];
        for (var i = 0; i < Side * Side; i++)
        {
            pixels.AsSpan(3 * i, 3).Fill((byte)((index % 2 == 0 ? 150 : 50) + random.Next(50)));
        }

        return new Picture(Side, Side, pixels).EncodePng();
    }
}
