using SsFer.Faces.Cutting;

namespace SsFer.Inference;

/// <summary>Faces of a picture as answers tell them.</summary>
/// <param name="classes">In the order of the probabilities.</param>
/// <param name="picture">Boxes are clipped to it.</param>
internal sealed class FaceDescription(IReadOnlyList<string> classes, Photograph picture)
{
    private static readonly string[] LandmarkNames = ["rightEye", "leftEye", "nose", "mouth", "rightEar", "leftEar"];

    public FaceAnswer Of(CutFace cut, float[] probabilities)
    {
        var face = cut.Face;
        var box = face.Box.ClipTo(picture.Width, picture.Height)!.Value;
        return new FaceAnswer
        {
            Box = new PixelBox(box.X0, box.Y0, box.X1, box.Y1),
            Landmarks = [.. face.Landmarks.Zip(LandmarkNames, (point, name) => new NamedPoint(name, point.X, point.Y))],
            DetectionScore = face.Score,
            Probabilities = ClassProbability.Sorted(
                classes.Zip(probabilities, (expression, probability) => new ClassProbability(expression, probability))
            ),
        };
    }
}
