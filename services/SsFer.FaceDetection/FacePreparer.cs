using SsFer.Artifacts.Datasets;
using SsFer.Faces.Cutting;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.FaceDetection;

internal sealed record RawPicture(DatasetItem Item, byte[] Encoded);

/// <summary>One prepared face, or the reason why there is none.</summary>
internal sealed record PreparedFace(DatasetItem Item, byte[] Png, string? Reason)
{
    public static PreparedFace Rejected(DatasetItem item, string reason) => new(item, [], reason);
}

/// <summary>What happens to one picture. Thread-safe.</summary>
internal sealed class FacePreparer : IDisposable
{
    private readonly PreparationOptions _options;
    private readonly FaceCutter _cutter;

    /// <exception cref="DetectorModelException">The detector's model is missing or damaged.</exception>
    public FacePreparer(PreparationOptions options)
    {
        _options = options;
        _cutter = new FaceCutter(options.Faces, options.Detector.ModelPath, options.Budget);
    }

    public PreparedFace Prepare(RawPicture raw)
    {
        Photograph picture;
        try
        {
            picture = _cutter.Decode(raw.Encoded, raw.Item.Source);
        }
        catch (UnreadablePictureException e)
        {
            return PreparedFace.Rejected(raw.Item, e.Reason);
        }
        var found = _cutter.Find(picture);
        var face = found is null ? Annotated(raw.Item) : FaceChoice.MainFace(found, picture.Width, picture.Height);
        if (face is null && !MayUseWholePicture(picture, raw.Item))
        {
            return PreparedFace.Rejected(raw.Item, "no face found");
        }

        var aligned = _cutter.Cut(picture, face, CancellationToken.None);
        var item = raw.Item with
        {
            Box = aligned.Box is { } box ? [box.X0, box.Y0, box.X1, box.Y1] : null,
            Landmarks = aligned.Landmarks.Count > 0 ? [.. aligned.Landmarks.SelectMany(point => (float[])[point.X, point.Y])] : null,
            DetectionScore = face?.Score,
            FacesFound = found?.Count,
        };
        return new PreparedFace(item, aligned.Picture.EncodePng(), null);
    }

    public void Dispose() => _cutter.Dispose();

    private DetectedFace? Annotated(DatasetItem item) =>
        _options.Detector != DetectorChoice.Annotated || FaceBox.OfNumbers(item.Box) is not { } box
            ? null
            : new DetectedFace
            {
                Box = box,
                Landmarks =
                [
                    .. (item.Landmarks ?? []).Chunk(2).Where(point => point.Length == 2).Select(point => new Landmark(point[0], point[1])),
                ],
                Score = item.DetectionScore ?? 1,
            };

    // A tight crop that a detector misses is still a face, and a label is too dear to lose; a large photograph is more likely of
    // something else.
    private bool MayUseWholePicture(Photograph picture, DatasetItem item) =>
        _options.Detector == DetectorChoice.None
        || item.Label is not null
        || item.LabelsByRule is not null
        || Math.Max(picture.Width, picture.Height) <= _options.LargestCrop;
}
