using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace SsFer.Build.Tests.Repository;

/// <summary>What the documents say of the built-in model is what its card says; that the card is right, another test evaluates.</summary>
public sealed class BuiltInModelCardTests
{
    private const string Folder = "services/SsFer.Inference/BuiltIn";

    private static readonly JsonElement Card = JsonSerializer.Deserialize<JsonElement>(RepositoryFiles.Read($"{Folder}/built-in.json"));

    [Fact]
    public void Documents_TellTheFiguresOfItsCard()
    {
        var all = Card.GetProperty("evaluations")[0].GetProperty("rules")[0].GetProperty("all");
        var interval = all.GetProperty("accuracyInterval");
        var accuracy = Percent(all.GetProperty("accuracy"));
        var document = RepositoryFiles.Read("docs/built-in-model.md");

        Assert.Contains($"is right about {accuracy} of FERPlus validation", RepositoryFiles.Read("README.md"), StringComparison.Ordinal);
        Assert.Contains(
            $"**{accuracy}** | {Percent(interval.GetProperty("lower"))} to {Percent(interval.GetProperty("upper"))} |",
            document,
            StringComparison.Ordinal
        );
        foreach (var each in all.GetProperty("classes").EnumerateArray())
        {
            Assert.Contains(
                $"| {each.GetProperty("name")} | {each.GetProperty("support")} | {Percent(each.GetProperty("recall"))} |",
                document,
                StringComparison.Ordinal
            );
        }

        var confidence = Card.GetProperty("evaluations")[0].GetProperty("confidence");
        Assert.Contains($"highest probability is {Percent(confidence.GetProperty("errorAfter"))} (", document, StringComparison.Ordinal);
        Assert.Contains($"Without it the error is {Percent(confidence.GetProperty("errorBefore"))}:", document, StringComparison.Ordinal);
        Assert.Contains($"{confidence.GetProperty("temperature").GetDouble():0.00} for all", document, StringComparison.Ordinal);
        Assert.Contains(Card.GetProperty("onnxSha256").GetString()!, document, StringComparison.Ordinal);
    }

    [Fact]
    public void File_IsThatOfTheCard()
    {
        var file = File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, Folder, "built-in.onnx"));

        Assert.Equal(Card.GetProperty("onnxSha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(file)));
        Assert.InRange(file.Length, 1, 5 << 20);
    }

    private static string Percent(JsonElement share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share.GetDouble():0.0} %");
}
