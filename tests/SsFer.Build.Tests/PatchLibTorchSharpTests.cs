using System.Text;

namespace SsFer.Build.Tests;

/// <summary>The patch of a copy of libLibTorchSharp.so for C++ runtimes older than GCC 13's, run by MSBuild as every build does.</summary>
[Trait("Category", "Slow")]
public sealed class PatchLibTorchSharpTests : IDisposable
{
    private const string OldRuntime = "GLIBCXX_3.4.19\0GLIBCXX_3.4.30\0";
    private const string NewRuntime = "GLIBCXX_3.4.30\0GLIBCXX_3.4.32\0";
    private const string Hook = "_ZSt21ios_base_library_initv";
    private const string StandIn = "_ZNSt6chrono3_V212steady_clock3nowEv";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Patch_OfTheRealLibrary_ChangesTwelveBytesAtMost_AndTheSecondTimeNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the library is Linux's");
        var original = File.ReadAllBytes(Scratch.PackagedLibrary);
        string cached = _scratch.Write("cached.so", original),
            library = _scratch.Path("libLibTorchSharp.so");
        Assert.Equal(0, (await _scratch.RunAsync("ln", cached, library)).ExitCode); // builds hard-link output folders to the package cache

        var (exitCode, output) = await PatchAsync(OldRuntime, library);

        Assert.True(exitCode == 0, output);
        var patched = File.ReadAllBytes(library);
        Assert.Equal(original.Length, patched.Length);
        Assert.InRange(original.Zip(patched, (a, b) => a != b).Count(differs => differs), 1, 12);
        Assert.Equal(original, File.ReadAllBytes(cached));
        Assert.Equal(original, File.ReadAllBytes(Scratch.PackagedLibrary));
        // Or incremental builds would copy the original again
        Assert.Equal(File.GetLastWriteTimeUtc(cached), File.GetLastWriteTimeUtc(library));

        File.SetLastWriteTimeUtc(library, DateTime.UnixEpoch);
        (exitCode, output) = await PatchAsync(OldRuntime, library);

        Assert.True(exitCode == 0, output);
        Assert.Equal(patched, File.ReadAllBytes(library));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(library));
        Assert.Empty(Directory.EnumerateFiles(_scratch.Folder, "*.patched"));
    }

    [Fact]
    public async Task Patch_WithARuntimeThatHasTheVersion_TouchesNothing()
    {
        var original = File.ReadAllBytes(Scratch.PackagedLibrary);
        string library = _scratch.Write("libLibTorchSharp.so", original),
            other = _scratch.Write("other.so", "whatever it is"u8.ToArray());

        var (exitCode, output) = await PatchAsync(NewRuntime, library, other);

        Assert.True(exitCode == 0, output);
        Assert.Equal(original, File.ReadAllBytes(library));
        Assert.Equal("whatever it is"u8, File.ReadAllBytes(other));
    }

    [Fact]
    public async Task Patch_ForOtherMachines_IsDoneWhateverTheRuntimeHereHas()
    {
        var original = File.ReadAllBytes(Scratch.PackagedLibrary);
        var library = _scratch.Write("libLibTorchSharp.so", original);

        var (exitCode, output) = await PatchAsync(NewRuntime, "Always=\"true\"", [library]);

        Assert.True(exitCode == 0, output);
        Assert.InRange(original.Zip(File.ReadAllBytes(library), (a, b) => a != b).Count(differs => differs), 1, 12);
    }

    [Fact]
    public async Task Patch_OfAnUnexpectedLibrary_RefusesInOneLineWithCauseAndCure_AndTouchesNothing()
    {
        var original = File.ReadAllBytes(Scratch.PackagedLibrary);
        (string File, byte[] Bytes, string Cause)[] cases =
        [
            (
                "hook-renamed.so",
                Renamed(original, Hook, "_ZSt21ios_base_library_exitv"),
                $"exactly one import of version GLIBCXX_3.4.32, {Hook}, and found 1 without it"
            ),
            (
                "stand-in-renamed.so",
                Renamed(original, StandIn, StandIn.Replace("now", "new", StringComparison.Ordinal)),
                $"no import of {StandIn}"
            ),
            (
                "version-renamed.so",
                Renamed(original, "GLIBCXX_3.4.32", "GLIBCXX_3.4.33"),
                "does not ask for both GLIBCXX_3.4.32 and GLIBCXX_3.4.19"
            ),
            ("sections-renamed.so", Renamed(original, ".gnu.version_r", ".gnu.version_x"), "no section .gnu.version_r"),
            ("text.so", "#!/bin/sh\n"u8.ToArray(), "not an x86-64 ELF library"),
            ("empty.so", [], "not an x86-64 ELF library"),
            ("arm.so", With(original, 18, 183), "not an x86-64 ELF library"),
            ("cut.so", original[..(original.Length / 2)], "section table is damaged"),
            ("section-table-moved.so", With(original, 47, 0x70), "section table is damaged"),
        ];
        foreach (var (file, bytes, _) in cases)
        {
            _scratch.Write(file, bytes);
        }

        var (exitCode, output) = await PatchAsync(OldRuntime, [.. cases.Select(unexpected => _scratch.Path(unexpected.File))]);

        Assert.Equal(1, exitCode);
        var lines = output.Split('\n');
        foreach (var (file, bytes, cause) in cases)
        {
            string line = Assert.Single(lines, line => line.Contains($"/{file} ", StringComparison.Ordinal));
            Assert.Contains("error", line, StringComparison.Ordinal);
            Assert.Contains(cause, line, StringComparison.Ordinal);
            Assert.Contains("lacks GLIBCXX_3.4.32", line, StringComparison.Ordinal);
            Assert.Contains("Ubuntu 24.04", line, StringComparison.Ordinal);
            Assert.Equal(bytes, File.ReadAllBytes(_scratch.Path(file)));
        }

        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// Four random bytes in the tables that the patch reads: it is refused, or patched by the same few bytes as ever, but never breaks
    /// down.
    /// </summary>
    [Fact]
    [Trait("Category", "Slow")]
    public async Task Patch_OfARandomlyDamagedLibrary_NeverBreaksDown()
    {
        var original = File.ReadAllBytes(Scratch.PackagedLibrary);
        int sections = (int)BitConverter.ToInt64(original, 40),
            needs = OffsetOfVersionNeeds(original);
        var random = new Random(20);
        var damaged = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < 60; i++)
        {
            byte[] bytes = [.. original];
            var at = (i % 3) switch
            {
                0 => 40 + random.Next(24),
                1 => sections + random.Next(original.Length - sections),
                _ => needs + random.Next(400),
            };
            random.NextBytes(bytes.AsSpan(Math.Min(at, bytes.Length - 4), 4));
            damaged[_scratch.Write($"damaged{i}.so", bytes)] = bytes;
        }

        var (_, output) = await PatchAsync(OldRuntime, [.. damaged.Keys]);

        Assert.DoesNotContain("MSB4018", output, StringComparison.Ordinal); // a task that failed unexpectedly
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.All(damaged, pair =>
        {
            var changed = pair.Value.Zip(File.ReadAllBytes(pair.Key), (a, b) => a != b).Count(differs => differs);
            var refused = output.Contains($"{pair.Key} loadable on this system", StringComparison.Ordinal);
            Assert.InRange(changed, 0, refused ? 0 : 12);
        });
    }

    private Task<(int ExitCode, string Output)> PatchAsync(string runtime, params string[] libraries) => PatchAsync(runtime, "", libraries);

    private Task<(int ExitCode, string Output)> PatchAsync(string runtime, string settings, string[] libraries)
    {
        _scratch.Write("libstdc++.so.6", Encoding.ASCII.GetBytes(runtime));
        _scratch.Write(
            "patch.proj",
            $"""
            <Project>
              <Import Project="infra/build/NativeRuntime.targets" />
              <ItemGroup>
                <Library Include="{string.Join(';', libraries)}" />
              </ItemGroup>
              <Target Name="Patch">
                <SsFer.Build.PatchLibTorchSharp Library="%(Library.FullPath)"
                    Runtime="$(MSBuildThisFileDirectory)libstdc++.so.6" {settings} ContinueOnError="ErrorAndContinue" />
              </Target>
            </Project>
            """
        );
        return _scratch.RunAsync("dotnet", "msbuild", "patch.proj", "-t:Patch", "-nologo", "-v:minimal", "-tl:off");
    }

    private static byte[] Renamed(byte[] library, string from, string to)
    {
        Assert.Equal(from.Length, to.Length);
        byte[] renamed = [.. library];
        for (
            var at = Find(renamed, Encoding.ASCII.GetBytes(from + '\0'));
            at >= 0;
            at = Find(renamed, Encoding.ASCII.GetBytes(from + '\0'))
        )
        {
            Encoding.ASCII.GetBytes(to, renamed.AsSpan(at));
        }

        return renamed;
    }

    private static byte[] With(byte[] library, int at, byte value)
    {
        byte[] changed = [.. library];
        changed[at] = value;
        return changed;
    }

    /// <summary>The section of type SHT_GNU_verneed.</summary>
    private static int OffsetOfVersionNeeds(byte[] elf)
    {
        var header = (int)BitConverter.ToInt64(elf, 40);
        while (BitConverter.ToUInt32(elf, header + 4) != 0x6FFFFFFE)
        {
            header += 64;
        }

        return (int)BitConverter.ToInt64(elf, header + 24);
    }

    private static int Find(byte[] bytes, ReadOnlySpan<byte> sought) => bytes.AsSpan().IndexOf(sought);
}
