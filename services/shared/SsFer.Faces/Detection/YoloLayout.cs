using SsFer.Recipes;

namespace SsFer.Faces.Detection;

/// <summary>
/// Where a YOLO-face family keeps what in the values of one candidate. All begin with centre x, y, width, height in canvas pixels;
/// scores are already probabilities.
/// </summary>
/// <param name="Candidates">How many there are.</param>
/// <param name="Transposed">Whether the candidates run along the last axis.</param>
/// <param name="Values">Per candidate.</param>
/// <param name="ScoreAt">One score, or two to be multiplied (that anything is there; that it is a face).</param>
/// <param name="LandmarksAt">First of the five points, or null where there are none.</param>
/// <param name="LandmarkStride">Values per point: x, y and in some families its visibility.</param>
internal sealed record YoloLayout(int Candidates, bool Transposed, int Values, int[] ScoreAt, int? LandmarksAt, int LandmarkStride)
{
    private const int Points = 5;

    /// <summary>The layout for an output of this shape, or null where no family has it.</summary>
    public static YoloLayout? Of(long[] shape) =>
        shape switch
        {
            [1, var n, 16] => new YoloLayout((int)n, false, 16, [4, 15], 5, 2), // v5: box, object, five points, face
            [1, var n, 21] => new YoloLayout((int)n, false, 21, [4, 5], 6, 3), // v7: box, object, face, five points with visibility
            [1, 20, var n] => new YoloLayout((int)n, true, 20, [4], 5, 3), // v8: box, face, five points with visibility
            [1, 5, var n] => new YoloLayout((int)n, true, 5, [4], null, 0), // v8 without points
            _ => null,
        };

    /// <summary>The candidates at or above the threshold, in the order of the output.</summary>
    public IEnumerable<DetectedFace> Decode(float[] values, float threshold)
    {
        for (var candidate = 0; candidate < Candidates; candidate++)
        {
            var score = ScoreAt.Aggregate(1f, (product, at) => product * Value(candidate, at));
            if (!(score >= threshold))
            {
                continue;
            }

            var (x, y, width, height) = (Value(candidate, 0), Value(candidate, 1), Value(candidate, 2), Value(candidate, 3));
            var index = candidate;
            yield return new DetectedFace
            {
                Box = new FaceBox(x - width / 2, y - height / 2, x + width / 2, y + height / 2),
                Landmarks = LandmarksAt is not { } first
                    ? []
                    : [.. Enumerable.Range(0, Points).Select(i => Point(index, first + i * LandmarkStride))],
                Score = Math.Min(score, 1),
            };
        }

        float Value(int candidate, int at) => values[Transposed ? at * Candidates + candidate : candidate * Values + at];

        Landmark Point(int candidate, int at) => new(Value(candidate, at), Value(candidate, at + 1));
    }
}
