using SsFer.Recipes;

namespace SsFer.Inference.Streams;

/// <summary>
/// Which faces of successive frames are the same person's, by the overlap of their boxes, and their probabilities smoothed over time.
/// </summary>
public sealed class FaceTracks
{
    /// <summary>
    /// Seconds after which a change has arrived to 63 %: exponential smoothing, p ← p + (1 - exp(-Δt / 0.5 s)) (new - p). Longer than
    /// the flicker of single frames, shorter than an expression.
    /// </summary>
    public const double TimeConstant = 0.5;

    /// <summary>Seconds for which a face that is not seen keeps its number.</summary>
    private const double Patience = 1;

    /// <summary>Intersection over union.</summary>
    private const float LeastOverlap = 0.3f;

    /// <summary>However many faces come and go in a second.</summary>
    private const int MostTracks = 256;

    private readonly List<Track> _tracks = [];
    private int _count;

    /// <summary>The faces with the number of their track, and smoothed probabilities.</summary>
    /// <param name="faces">Of one frame.</param>
    /// <param name="at">When, in seconds from any moment on; never falls.</param>
    public IReadOnlyList<FaceAnswer> Follow(IReadOnlyList<FaceAnswer> faces, double at)
    {
        ArgumentNullException.ThrowIfNull(faces);
        _tracks.RemoveAll(track => at - track.SeenAt > Patience);
        var found = Match(faces);
        var followed = new List<FaceAnswer>(faces.Count);
        for (var i = 0; i < faces.Count; i++)
        {
            followed.Add((found[i] ?? Begin()).See(faces[i], at));
        }

        return followed;
    }

    /// <summary>Another model answers: its probabilities are no continuation of those before, the faces are.</summary>
    public void ForgetProbabilities() => _tracks.ForEach(track => track.ForgetProbabilities());

    /// <summary>The pairs that overlap most first; null for a face that overlaps none that is left.</summary>
    private Track?[] Match(IReadOnlyList<FaceAnswer> faces)
    {
        var pairs =
            from face in Enumerable.Range(0, faces.Count)
            from track in _tracks
            let overlap = track.Box.IntersectionOverUnion(BoxOf(faces[face]))
            where overlap >= LeastOverlap
            orderby overlap descending
            select (face, track);
        var (found, taken) = (new Track?[faces.Count], new HashSet<Track>());
        foreach (var (face, track) in pairs)
        {
            if (found[face] is null && taken.Add(track))
            {
                found[face] = track;
            }
        }

        return found;
    }

    private Track Begin()
    {
        if (_tracks.Count == MostTracks)
        {
            _tracks.Remove(_tracks.MinBy(each => each.SeenAt)!);
        }

        var track = new Track(++_count);
        _tracks.Add(track);
        return track;
    }

    private static FaceBox BoxOf(FaceAnswer face) => new(face.Box.Left, face.Box.Top, face.Box.Right, face.Box.Bottom);

    private sealed class Track(int number)
    {
        private Dictionary<string, float>? _probabilities;

        public FaceBox Box { get; private set; }

        public double SeenAt { get; private set; }

        public void ForgetProbabilities() => _probabilities = null;

        public FaceAnswer See(FaceAnswer face, double at)
        {
            var weight = (float)(1 - Math.Exp((SeenAt - at) / TimeConstant));
            _probabilities = face.Probabilities.ToDictionary(
                each => each.Expression,
                each => _probabilities is null ? each.Probability : float.Lerp(_probabilities[each.Expression], each.Probability, weight)
            );
            (Box, SeenAt) = (BoxOf(face), at);
            return face with
            {
                Track = number,
                Probabilities = ClassProbability.Sorted(_probabilities.Select(each => new ClassProbability(each.Key, each.Value))),
            };
        }
    }
}
