using SsFer.Artifacts.Datasets;
using SsFer.Vision.Alignment;
using SsFer.Vision.Detection;
using SsFer.Vision.Imaging;

namespace SsFer.FaceDetection;

internal sealed record RawPicture(DatasetItem Item, byte[] Encoded);

/// <summary>One prepared face, or the reason why there is none.</summary>
internal sealed record PreparedFace(DatasetItem Item, byte[] Png, FaceBox? Box, string? Reason)
{
    public static PreparedFace Rejected(DatasetItem item, string reason) => new(item, [], null, reason);
}

/// <summary>What happens to one picture. Thread-safe.</summary>
internal sealed class FacePreparer : IDisposable
{
    private readonly PictureDecoder _decoder;
    private readonly AlignmentOptions _alignment;
    private readonly PreparationOptions _options;
    private readonly IFaceDetector? _detector;

    /// <exception cref="DetectorModelException">The detector's model is missing or damaged.</exception>
    public FacePreparer(PreparationOptions options)
    {
        _options = options;
        _decoder = new PictureDecoder(options.Budget);
        _alignment = new AlignmentOptions { Size = options.Size, Margin = options.Margin };
        _detector = options.Detector.Open(new DetectorOptions { Border = options.Border });
    }

    public PreparedFace Prepare(RawPicture raw)
    {
        Picture picture;
        try
        {
            picture = _decoder.Decode(raw.Encoded, raw.Item.Source);
        }
        catch (UnreadablePictureException e)
        {
            return PreparedFace.Rejected(raw.Item, e.Reason);
        }
        var face = Find(picture, raw.Item);
        if (face is null && !MayStandWhole(picture, raw.Item))
            return PreparedFace.Rejected(raw.Item, "no face found");

        var aligned = FaceAligner.Align(picture, face, _alignment);
        var item = raw.Item with
        {
            Box = aligned.Box is { } box ? [box.X0, box.Y0, box.X1, box.Y1] : null,
            Landmarks = aligned.Landmarks.Count > 0 ? [.. aligned.Landmarks.SelectMany(point => (float[])[point.X, point.Y])] : null,
            DetectionScore = face?.Score,
        };
        return new PreparedFace(item, aligned.Picture.EncodePng(), aligned.Box, null);
    }

    public void Dispose() => (_detector as IDisposable)?.Dispose();

    private DetectedFace? Find(Picture picture, DatasetItem item)
    {
        if (_detector is not null)
            return FaceChoice.Main(_detector.Detect(picture), picture.Width, picture.Height);
        return _options.Detector == DetectorChoice.Annotated ? Annotated(item) : null;
    }

    private static DetectedFace? Annotated(DatasetItem item) => item.Box is not [var x0, var y0, var x1, var y1]
        ? null
        : new DetectedFace
        {
            Box = new FaceBox(x0, y0, x1, y1),
            Landmarks = [.. (item.Landmarks ?? []).Chunk(2).Where(point => point.Length == 2).Select(point => new Landmark(point[0], point[1]))],
            Score = item.DetectionScore ?? 1,
        };

    // A tight crop that a detector misses is still a face, and a label is too dear to lose; a large photograph is more likely of something else.
    private bool MayStandWhole(Picture picture, DatasetItem item) =>
        _options.Detector == DetectorChoice.None || item.Label is not null || item.LabelsByRule is not null || Math.Max(picture.Width, picture.Height) <= _options.LargestCrop;
}
