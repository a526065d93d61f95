using SsFer.Recipes;

namespace SsFer.Faces.Detection;

/// <summary>Makes one face of the many boxes that a detector reports for it. Both ways return the most certain face first.</summary>
internal static class Suppression
{
    /// <summary>Keeps the most certain box of each heap.</summary>
    public static IReadOnlyList<DetectedFace> KeepBest(IEnumerable<DetectedFace> candidates, float overlap) =>
        [.. GroupByOverlap(candidates, overlap).Select(heap => heap[0])];

    /// <summary>
    /// Averages box and landmarks of each heap, weighted by score; the score is the highest. BlazeFace is trained for this:
    /// its boxes jitter from anchor to anchor (Bazarevsky et al. 2019, section 3.4).
    /// </summary>
    public static IReadOnlyList<DetectedFace> Blend(IEnumerable<DetectedFace> candidates, float overlap) =>
        [.. GroupByOverlap(candidates, overlap).Select(Average)];

    private static IEnumerable<List<DetectedFace>> GroupByOverlap(IEnumerable<DetectedFace> candidates, float overlap)
    {
        var left = candidates.OrderByDescending(face => face.Score).ToList();
        while (left.Count > 0)
        {
            var best = left[0];
            List<DetectedFace> heap = [best, .. left.Skip(1).Where(Overlaps)];
            left = [.. left.Skip(1).Where(face => !Overlaps(face))];
            yield return heap;

            bool Overlaps(DetectedFace face) => face.Box.IntersectionOverUnion(best.Box) > overlap;
        }
    }

    private static DetectedFace Average(List<DetectedFace> heap)
    {
        if (heap.Count == 1)
        {
            return heap[0];
        }

        var total = heap.Sum(face => face.Score);
        return heap[0] with
        {
            Box = new FaceBox(Mean(f => f.Box.X0), Mean(f => f.Box.Y0), Mean(f => f.Box.X1), Mean(f => f.Box.Y1)),
            Landmarks = [.. heap[0].Landmarks.Select((_, i) => new Landmark(Mean(f => f.Landmarks[i].X), Mean(f => f.Landmarks[i].Y)))],
        };

        float Mean(Func<DetectedFace, float> value) => heap.Sum(face => face.Score * value(face)) / total;
    }
}
