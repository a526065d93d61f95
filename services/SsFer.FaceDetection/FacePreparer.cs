using SsFer.Artifacts.Datasets;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;

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
    private readonly PreparationOptions _options;
    private readonly FaceFinder _finder;

    /// <exception cref="DetectorModelException">The detector's model is missing or damaged.</exception>
    public FacePreparer(PreparationOptions options)
    {
        _options = options;
        _finder = new FaceFinder(options);
    }

    public PreparedFace Prepare(RawPicture raw)
    {
        Picture picture;
        try
        {
            picture = _finder.Decode(raw.Encoded, raw.Item.Source);
        }
        catch (UnreadablePictureException e)
        {
            return PreparedFace.Rejected(raw.Item, e.Reason);
        }
        var found = Find(picture, raw.Item);
        var face = found.Main;
        if (face is null && !MayStandWhole(picture, raw.Item))
        {
            return PreparedFace.Rejected(raw.Item, "no face found");
        }

        var aligned = _finder.Align(picture, face);
        var item = raw.Item with
        {
            Box = aligned.Box is { } box ? [box.X0, box.Y0, box.X1, box.Y1] : null,
            Landmarks = aligned.Landmarks.Count > 0 ? [.. aligned.Landmarks.SelectMany(point => (float[])[point.X, point.Y])] : null,
            DetectionScore = face?.Score,
            FacesFound = found.Count,
        };
        return new PreparedFace(item, aligned.Picture.EncodePng(), aligned.Box, null);
    }

    public void Dispose() => _finder.Dispose();

    private FoundFaces Find(Picture picture, DatasetItem item) =>
        _options.Detector == DetectorChoice.Annotated ? new FoundFaces(Annotated(item), null) : _finder.Detect(picture);

    private static DetectedFace? Annotated(DatasetItem item) =>
        item.Box is not [var x0, var y0, var x1, var y1]
            ? null
            : new DetectedFace
            {
                Box = new FaceBox(x0, y0, x1, y1),
                Landmarks =
                [
                    .. (item.Landmarks ?? []).Chunk(2).Where(point => point.Length == 2).Select(point => new Landmark(point[0], point[1])),
                ],
                Score = item.DetectionScore ?? 1,
            };

    // A tight crop that a detector misses is still a face, and a label is too dear to lose; a large photograph is more likely of
    // something else.
    private bool MayStandWhole(Picture picture, DatasetItem item) =>
        _options.Detector == DetectorChoice.None
        || item.Label is not null
        || item.LabelsByRule is not null
        || Math.Max(picture.Width, picture.Height) <= _options.LargestCrop;
}
