using System.CommandLine;
using System.Globalization;
using SsFer.Cli.Terminal;
using SsFer.Inference;

namespace SsFer.Cli.Commands.Models.Video;

/// <summary><c>predict [MODEL] --video FILE</c>: the faces of a video and when their expressions change.</summary>
internal static class PredictVideo
{
    private const double DefaultPerSecond = 5,
        MostPerSecond = 60;

    /// <summary>Encoded, as ffmpeg writes it.</summary>
    private const int MostBytesOfAFrame = 64 << 20;

    public static Option<FileInfo?> Video { get; } =
        new("--video")
        {
            Description = "Answers for a video in place of pictures, through ffmpeg: a line where a face comes or changes its expression",
            HelpName = "FILE",
        };

    public static Option<double?> FramesPerSecond { get; } =
        new("--fps") { Description = "Frames of a second of the video that are looked at; 5 unless told", HelpName = "N" };

    /// <returns>Frames of a second.</returns>
    /// <exception cref="UsageException">The file or the number of frames cannot be.</exception>
    public static double Check(FileInfo video, double? asked)
    {
        var perSecond = asked ?? DefaultPerSecond;
        if (!video.Exists)
        {
            throw new UsageException($"there is no video '{video}': check the path");
        }

        if (!(perSecond > 0 && perSecond <= MostPerSecond))
        {
            throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"--fps {perSecond} cannot be: name a number above 0, up to {MostPerSecond}")
            );
        }

        return perSecond;
    }

    public static async Task RunAsync(
        CommandTerminal terminal,
        FaceExpressionPipeline pipeline,
        FileInfo video,
        double perSecond,
        CancellationToken cancellationToken
    )
    {
        var frames = VideoFrames.ReadAsync(video, perSecond, MostBytesOfAFrame, cancellationToken);
        var answer = await new VideoPredictor(pipeline).AnswerAsync(video.Name, frames, perSecond, cancellationToken);
        terminal.Show(answer, output => Lines(answer).ToList().ForEach(output.WriteLine));
    }

    private static IEnumerable<string> Lines(VideoAnswer answer)
    {
        var last = new Dictionary<int, string>();
        foreach (var frame in answer.Frames)
        {
            foreach (var face in frame.Faces)
            {
                var track = face.Track!.Value;
                if (last.GetValueOrDefault(track) != face.Expression)
                {
                    last[track] = face.Expression;
                    yield return string.Create(
                        CultureInfo.InvariantCulture,
                        $"{frame.At, 7:0.0} s  face {track} at ({face.Box.Left:0}, {face.Box.Top:0}): {face.Expression} "
                            + $"{face.TopProbability:P0}"
                    );
                }
            }
        }

        yield return last.Count == 0
            ? $"{answer.Video}: no face in {answer.Frames.Count} frames"
            : $"{answer.Video}: {(last.Count == 1 ? "1 face" : $"{last.Count} faces")} in {answer.Frames.Count} frames";
    }
}
