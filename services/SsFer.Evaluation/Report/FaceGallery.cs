using SsFer.Faces.Imaging;
using SsFer.Learning.Attribution;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation.Report;

/// <summary>A face with what the model says of it and where it looks.</summary>
public sealed record ExplainedFace
{
    /// <summary>Key of the face in its dataset.</summary>
    public required string Key { get; init; }

    public required string Truth { get; init; }

    public required string Predicted { get; init; }

    /// <summary>Probability of the predicted class.</summary>
    public required double Confidence { get; init; }

    /// <summary>PNG.</summary>
    public required ReadOnlyMemory<byte> Picture { get; init; }

    /// <summary>PNG of the picture under its Grad-CAM.</summary>
    public required ReadOnlyMemory<byte> Overlay { get; init; }

    /// <summary>Whether no patch speaks for the answer, so that the map is 0 everywhere.</summary>
    public bool HasEmptyMap { get; init; }

    public bool IsRight => Truth == Predicted;
}

/// <summary>Chooses and draws the faces of a report.</summary>
internal static class FaceGallery
{
    /// <summary>Faces of either kind.</summary>
    public const int EachKind = 6;

    private const int Candidates = 256; // among so many there are six wrong ones unless the model is hardly ever wrong
    private const int Side = 128;

    /// <summary>
    /// The first faces of a random order that the model is right about, then the first that it is wrong about: not the nicest ones.
    /// </summary>
    public static IReadOnlyList<ExplainedFace> Draw(
        Classifier classifier,
        PreparedFaces faces,
        ulong seed,
        CancellationToken cancellationToken
    )
    {
        var candidates = FaceSample.Draw(faces, Candidates, seed);
        var probabilities = classifier.Predict(new FaceSubset(faces, candidates), cancellationToken);
        var isRight = candidates
            .Zip(probabilities)
            .ToLookup(pair => Array.IndexOf(pair.Second, pair.Second.Max()) == faces.LabelOf(pair.First), pair => pair.First);
        int[] chosen = [.. isRight[true].Take(EachKind), .. isRight[false].Take(EachKind)];
        var explanations = GradCam.Explain(classifier, new FaceSubset(faces, chosen), cancellationToken);
        return [.. chosen.Zip(explanations, (index, explanation) =>
            {
                var picture = ToPicture(faces.Read(index));
                return new ExplainedFace
                {
                    Key = faces.KeyOf(index),
                    Truth = faces.Manifest.Classes[faces.LabelOf(index)],
                    Predicted = faces.Manifest.Classes[explanation.Predicted],
                    Confidence = explanation.Confidence,
                    Picture = picture.EncodePng(),
                    HasEmptyMap = explanation.Map.All(value => value <= 0),
                    Overlay = HeatMap.Over(picture.Resize(Side, Side), explanation).EncodePng(),
                };
            })];
    }

    private static Picture ToPicture(PlanarImage image)
    {
        var pixels = new byte[image.Height * image.Width * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = image.Plane(Math.Min(i % 3, image.Channels - 1))[i / 3];
        }

        return new Picture(image.Width, image.Height, pixels);
    }
}
