namespace SsFer.Build.Tests;

/// <summary><c>infra/scripts/train-ferplus.sh</c> with a command that only writes down how it was called.</summary>
public sealed class TrainFerPlusScriptTests : IDisposable
{
    private const string Script = "infra/scripts/train-ferplus.sh";
    private readonly Scratch _scratch = new();

    public TrainFerPlusScriptTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a script of Linux's");
        File.WriteAllText(_scratch.Path("ssfer"), "#!/bin/sh\necho \"$@\" >> calls\ntest \"$1 $2\" != 'data show'\n");
        _scratch.MakeExecutable("ssfer");
    }

    [Fact]
    public async Task Help_ShowsTheUsageAndDoesNothing()
    {
        var (exitCode, output) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.Contains($"usage: {Script} DATA", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_scratch.Path("calls")));
    }

    [Theory]
    [InlineData("there is no folder 'nowhere'", "nowhere")]
    [InlineData("neither data/ferplus/FER2013Train.zip nor data/ferplus/FER2013Train is there", "data")]
    [InlineData("fer2013new.csv is not there", "data", "FER2013Train", "FER2013Valid")]
    [InlineData("the folder of the data comes first", "--recipe")]
    public async Task Data_Wrong_IsRefusedBeforeAnythingIsBuilt(string message, string data, params string[] present)
    {
        Directory.CreateDirectory(_scratch.Path("data"));
        foreach (var folder in present)
        {
            Directory.CreateDirectory(_scratch.Path($"data/ferplus/{folder}"));
        }

        var (exitCode, output) = await RunAsync(data);

        Assert.Equal(2, exitCode);
        Assert.Contains($"error: ", output, StringComparison.Ordinal);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.False(File.Exists(_scratch.Path("calls")));
    }

    [Fact]
    public async Task Data_Complete_IsImportedAndTrainedOn()
    {
        Directory.CreateDirectory(_scratch.Path("data/ferplus/FER2013Train"));
        _scratch.Write("data/ferplus/FER2013Valid.zip", "");
        _scratch.Write("data/ferplus/fer2013new.csv", "");
        _scratch.Write("data/lfw/one.zip", "");

        var (exitCode, output) = await RunAsync("data", "--labels", "5%", "--store", "kept", "--set", "Seed=1");

        Assert.True(exitCode == 0, output);
        Assert.Equal(
            [
                "recipe list --store kept",
                "data show ferplus --store kept",
                "data import ferplus --images data/ferplus/FER2013Train --images data/ferplus/FER2013Valid.zip "
                    + "--votes data/ferplus/fer2013new.csv --name ferplus --store kept",
                "data show lfw --store kept",
                "data import faces data/lfw/one.zip --name lfw --store kept",
                "train --labelled ferplus --unlabelled lfw --validation ferplus:validation --labels 5% --set Seed=1 --recipe compact "
                    + "--store kept",
            ],
            File.ReadAllLines(_scratch.Path("calls"))
        );
    }

    public void Dispose() => _scratch.Dispose();

    private Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => _scratch.RunAsync("bash", [Script, .. arguments]);
}
