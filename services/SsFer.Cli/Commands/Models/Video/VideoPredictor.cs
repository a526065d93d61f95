using System.Globalization;
using SsFer.Faces.Imaging;
using SsFer.Inference;
using SsFer.Inference.Streams;

namespace SsFer.Cli.Commands.Models.Video;

/// <summary>What a model sees in a video.</summary>
internal sealed record VideoAnswer
{
    /// <summary>Id of the model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the model's ONNX file, in hexadecimal.</summary>
    public required string Digest { get; init; }

    public required string Video { get; init; }

    public required double FramesPerSecond { get; init; }

    public required PhaseMilliseconds Milliseconds { get; init; }

    public required IReadOnlyList<VideoFrameAnswer> Frames { get; init; }
}

/// <param name="At">Seconds from the beginning.</param>
/// <param name="Faces">With their tracks; probabilities are smoothed over time, as in a stream to the endpoint.</param>
internal sealed record VideoFrameAnswer(double At, IReadOnlyList<FaceAnswer> Faces);

/// <summary>Frames to answers, one after another.</summary>
/// <param name="pipeline">The model, with the faces it looks at.</param>
internal sealed class VideoPredictor(FaceExpressionPipeline pipeline)
{
    /// <param name="video">Names it in the answer.</param>
    /// <param name="frames">As JPEG files.</param>
    /// <param name="perSecond">So many of them are a second.</param>
    /// <param name="cancellationToken">Stops before the next frame.</param>
    /// <exception cref="VideoException">There is no frame, or one that cannot be decoded.</exception>
    public async Task<VideoAnswer> AnswerAsync(
        string video,
        IAsyncEnumerable<byte[]> frames,
        double perSecond,
        CancellationToken cancellationToken
    )
    {
        var turns = new PictureTurns(Environment.ProcessorCount, ImageBudget.Default.MaxDecodedBytes, TimeProvider.System);
        var clock = new PhaseClock(TimeProvider.System);
        var (tracks, answers) = (new FaceTracks(), new List<VideoFrameAnswer>());
        await foreach (var frame in frames.WithCancellation(cancellationToken))
        {
            var at = answers.Count / perSecond;
            var picture = new UploadedPicture(string.Create(CultureInfo.InvariantCulture, $"{video} at {at:0.0} s"), frame);
            var seen = await pipeline.AnswerAsync([picture], new AnswerOptions(), turns, clock, cancellationToken);
            answers.Add(
                seen[0].Status is PictureStatus.Ok or PictureStatus.NoFace
                    ? new VideoFrameAnswer(at, tracks.Follow(seen[0].Faces, at))
                    : throw new VideoException($"{picture.Name}: {seen[0].Message}")
            );
        }

        if (answers.Count == 0)
        {
            throw new VideoException($"{video} has no picture: name a file that shows something");
        }

        return new VideoAnswer
        {
            Model = pipeline.Model.Description.Id,
            Digest = pipeline.Model.Digest,
            Video = video,
            FramesPerSecond = perSecond,
            Milliseconds = clock.Milliseconds,
            Frames = answers,
        };
    }
}
