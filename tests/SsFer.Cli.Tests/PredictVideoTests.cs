using System.Diagnostics;
using SsFer.Recipes;

namespace SsFer.Cli.Tests;

/// <summary>Videos through a program in ffmpeg's place, which writes frames as ffmpeg does, and through ffmpeg where it is.</summary>
[Trait("Category", "Slow")]
public sealed class PredictVideoTests : IDisposable
{
    private const string Model = "whole.safetensors";
    private readonly Material _material = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Video_OfThreeFrames_IsAnsweredFrameByFrameWithTracks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program in ffmpeg's place is a shell script");
        await WriteModelAsync();
        _material.Write("frames.mjpeg", [.. Enumerable.Range(0, 3).SelectMany(Jpeg)]);
        _material.Write("clip.mp4", "a video"u8.ToArray());

        var result = await RunAsync("cat frames.mjpeg", "--fps", "2", "--json");
        var text = await RunAsync("cat frames.mjpeg", "--fps", "2");

        result.AssertDone();
        Assert.Equal("clip.mp4", result.Json.GetProperty("video").GetString());
        var frames = result.Json.GetProperty("frames").EnumerateArray().ToList();
        Assert.Equal([0, 0.5, 1], frames.Select(frame => frame.GetProperty("at").GetDouble()));
        Assert.All(frames, frame =>
            Assert.Equal(1, Assert.Single(frame.GetProperty("faces").EnumerateArray()).GetProperty("track").GetInt32())
        );
        text.AssertDone();
        Assert.StartsWith("    0.0 s  face 1 at (0, 0): ", text.Output, StringComparison.Ordinal);
        Assert.EndsWith("clip.mp4: 1 face in 3 frames\n", text.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'moov atom not found' >&2; exit 1", "moov atom not found")]
    [InlineData("head -c 100 frames.mjpeg; echo 'end of file' >&2; exit 187", "end of file")]
    public async Task Video_ThatFfmpegCannotRead_IsOneLineWithItsReason(string script, string reason)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program in ffmpeg's place is a shell script");
        await WriteModelAsync();
        _material.Write("frames.mjpeg", Jpeg(0));
        _material.Write("clip.mp4", "no video"u8.ToArray());

        (await RunAsync(script)).AssertFailed(1, "clip.mp4 could not be read to its end", reason);
    }

    [Theory]
    [InlineData("true", "clip.mp4 has no picture")]
    [InlineData(@"printf '\377\330\377\331'", "clip.mp4 at 0.0 s: ")]
    public async Task Video_WithoutFramesThatCanBeDecoded_SaysSo(string script, string reason)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program in ffmpeg's place is a shell script");
        await WriteModelAsync();
        _material.Write("clip.mp4", "sound alone"u8.ToArray());

        (await RunAsync(script)).AssertFailed(1, reason);
    }

    [Theory]
    [InlineData("there is no program 'no-such-ffmpeg'", "clip.mp4")]
    [InlineData("there is no video 'none.mp4'", "none.mp4")]
    [InlineData("--fps 0 cannot be", "clip.mp4", "--fps", "0")]
    [InlineData("--video goes with a model alone", "clip.mp4", "--annotate", "drawn")]
    public async Task Video_ThatCannotBe_IsWrongUsage(string word, string video, params string[] options)
    {
        await WriteModelAsync();
        _material.Write("clip.mp4", "a video"u8.ToArray());
        (string, string?)[] without = [("SSFER_FFMPEG", "no-such-ffmpeg")];

        (await SsferProcess.RunWithAsync(without, _material.Root, ["predict", Model, "--video", video, .. options])).AssertFailed(2, word);
    }

    [Fact]
    public async Task Video_OfFfmpegsOwnMaking_HasTheFramesOfItsLength()
    {
        await WriteModelAsync();
        try
        {
            using var made = Process.Start(
                "ffmpeg",
                ["-v", "error", "-f", "lavfi", "-i", "testsrc=duration=2:size=64x48:rate=25", Path.Combine(_material.Root, "clip.mp4")]
            );
            await made.WaitForExitAsync(Token);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("ffmpeg is not installed");
        }

        var result = await SsferShell.RunAsync(_material.Root, "predict", Model, "--video", "clip.mp4", "--json");

        result.AssertDone();
        Assert.Equal(10, result.Json.GetProperty("frames").GetArrayLength());
    }

    public void Dispose() => _material.Dispose();

    private static byte[] Jpeg(int seed)
    {
        using var image = NetVips.Image.NewFromBuffer(Material.Png(seed));
        return image.JpegsaveBuffer();
    }

    private Task WriteModelAsync() =>
        RandomModel.WriteAsync(
            Path.Combine(_material.Root, Model),
            new FacePreparation { Size = RandomModel.Size, Detector = DetectorNames.None },
            Token
        );

    /// <summary>Over clip.mp4, with a script in ffmpeg's place.</summary>
    private Task<SsferResult> RunAsync(string script, params string[] options)
    {
        var program = _material.Write("ffmpeg.sh", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return SsferProcess.RunWithAsync(
            [("SSFER_FFMPEG", program)],
            _material.Root,
            ["predict", Model, "--video", "clip.mp4", .. options]
        );
    }
}
