using TorchSharp;

namespace SsFer.Build.Tests;

/// <summary>TorchSharp loads and computes however a program is started, with no environment variable to set.</summary>
public sealed class TorchSharpStartTests
{
    private const string Program = """
        using TorchSharp;
        using var product = torch.ones(3, 5).matmul(torch.ones(5, 2));
        using var sum = product.sum();
        System.Console.WriteLine($"sum {sum.ToSingle()}");
        """;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="TorchSharp" />
            <PackageReference Include="libtorch-cpu-linux-x64" />
          </ItemGroup>
        </Project>
        """;

    [Fact]
    public void TorchSharp_InATestRun_Computes()
    {
        using var product = torch.ones(3, 5).matmul(torch.ones(5, 2));
        using var sum = product.sum();

        Assert.Equal(30, sum.ToSingle());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task TorchSharp_InAProgramThatIsRunAndPublished_Computes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the patch is Linux's");
        var packaged = File.ReadAllBytes(Scratch.PackagedLibrary);
        using var scratch = new Scratch();
        scratch.Write("app/Program.cs", Program);
        scratch.Write("app/app.csproj", Project);

        await AssertComputes(scratch, "dotnet", "run", "--project", "app", "-tl:off");

        await AssertSucceeds(scratch, "dotnet", "publish", "app", "-o", "portable", "-tl:off");
        await AssertComputes(scratch, scratch.Path("portable/app"));

        await AssertSucceeds(
            scratch,
            "dotnet",
            "publish",
            "app",
            "-o",
            "specific",
            "-r",
            "linux-x64",
            "--self-contained",
            "false",
            "-tl:off"
        );
        await AssertComputes(scratch, scratch.Path("specific/app"));

        Assert.Equal(packaged, File.ReadAllBytes(Scratch.PackagedLibrary));
    }

    private static async Task AssertComputes(Scratch scratch, string program, params string[] arguments) =>
        Assert.Contains("sum 30", await AssertSucceeds(scratch, program, arguments), StringComparison.Ordinal);

    private static async Task<string> AssertSucceeds(Scratch scratch, string program, params string[] arguments)
    {
        var (exitCode, output) = await scratch.RunAsync(program, arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
