namespace SsFer.Build.Tests;

/// <summary>Console and Inference start on small machines: what only training needs is not among what they bring.</summary>
public sealed class ControlPlaneTests
{
    private static readonly string[] OfTraining = ["torch", "SsFer.Learning", "SsFer.Stages"];

    [Theory]
    [InlineData("SsFer.Console")]
    [InlineData("SsFer.Inference")]
    public void Output_OfAServiceThatTrainsNothing_HoldsNeitherTorchNorLearning(string service)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var output = Path.Combine(own.Parent!.Parent!.FullName, service, own.Name);

        var dependencies = File.ReadAllText(Path.Combine(output, $"{service}.deps.json"));
        var files = Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();

        Assert.Contains($"{service}.dll", files);
        foreach (var word in OfTraining)
        {
            Assert.DoesNotContain($"{word}/", dependencies, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(files, file =>
                file!.Contains(word, StringComparison.OrdinalIgnoreCase) && !file.StartsWith("SsFer.StageHosting", StringComparison.Ordinal)
            );
        }

        Assert.DoesNotContain("TorchSharp", dependencies, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", dependencies, StringComparison.Ordinal);
    }
}
