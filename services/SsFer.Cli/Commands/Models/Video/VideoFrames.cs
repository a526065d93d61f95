using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using SsFer.Cli.Terminal;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Models.Video;

/// <summary>
/// The frames of a video, taken out by ffmpeg, which is a program of this machine: <c>SSFER_FFMPEG</c>, or the one of the PATH.
/// </summary>
internal static class VideoFrames
{
    private const string Variable = "SSFER_FFMPEG";

    /// <summary>One frame after another as a JPEG file; no more than one is held, however long the video is.</summary>
    /// <param name="video">A file of any format that ffmpeg reads.</param>
    /// <param name="perSecond">Frames of a second of the video.</param>
    /// <param name="mostBytes">Of a frame.</param>
    /// <param name="cancellationToken">Ends ffmpeg.</param>
    /// <exception cref="UsageException">There is no ffmpeg.</exception>
    /// <exception cref="VideoException">It could not read the video to its end.</exception>
    public static async IAsyncEnumerable<byte[]> ReadAsync(
        FileInfo video,
        double perSecond,
        int mostBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var process = Start(video, perSecond);
        var complaint = LastLineAsync(process.StandardError);
        try
        {
            await foreach (var frame in MotionJpeg.SplitAsync(process.StandardOutput.BaseStream, mostBytes, cancellationToken))
            {
                yield return frame;
            }

            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new VideoException($"{video} could not be read to its end: {await complaint ?? "ffmpeg says nothing"}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(FileInfo video, double perSecond)
    {
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : "ffmpeg";
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A playlist may name addresses: nothing but files is opened.
        string[] arguments =
        [
            .. (string[])
                ["-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-i", $"file:{video.FullName}", "-an", "-sn", "-dn"],
            .. (string[])["-vf", string.Create(CultureInfo.InvariantCulture, $"fps={perSecond}")],
            .. (string[])["-f", "image2pipe", "-c:v", "mjpeg", "-q:v", "2", "-"],
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        }
        catch (Win32Exception)
        {
            throw new UsageException(
                $"there is no program '{program}', which takes the frames out of a video: install ffmpeg (Debian: sudo apt-get install "
                    + $"ffmpeg), or name it in {Variable}"
            );
        }
    }

    /// <summary>Reads all, so that the program never waits to be heard.</summary>
    private static async Task<string?> LastLineAsync(StreamReader errors)
    {
        string? last = null;
        while (await errors.ReadLineAsync() is { } line)
        {
            last = line;
        }

        return last;
    }
}

/// <summary>A video cannot be read; the message names it.</summary>
internal sealed class VideoException(string message) : UserFacingException(message);
