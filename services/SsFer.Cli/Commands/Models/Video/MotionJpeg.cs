using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace SsFer.Cli.Commands.Models.Video;

/// <summary>JPEG files, one right behind another, as ffmpeg writes frames into a pipe.</summary>
internal static class MotionJpeg
{
    /// <summary>EOI (ITU T.81, B.1.1.3): inside a scan every 0xFF is followed by another byte, and ffmpeg writes no thumbnails.</summary>
    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    private static readonly StreamPipeReaderOptions Reading = new(bufferSize: 1 << 16, leaveOpen: true);

    /// <summary>One file after another; no more than one is held.</summary>
    /// <param name="stream">Read to its end, and left open.</param>
    /// <param name="mostBytes">Of a file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="VideoException">A file is longer than that.</exception>
    public static async IAsyncEnumerable<byte[]> SplitAsync(
        Stream stream,
        int mostBytes,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var reader = PipeReader.Create(stream, Reading);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (TryTake(ref rest, out var file))
            {
                yield return file;
            }

            if (rest.Length > mostBytes)
            {
                throw new VideoException($"a frame of the video has more than {mostBytes} bytes: scale it down first");
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                await reader.CompleteAsync();
                yield break;
            }
        }
    }

    private static bool TryTake(ref ReadOnlySequence<byte> rest, out byte[] file)
    {
        var reader = new SequenceReader<byte>(rest);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> _, EndOfImage))
        {
            file = [];
            return false;
        }

        file = rest.Slice(0, reader.Position).ToArray();
        rest = rest.Slice(reader.Position);
        return true;
    }
}
