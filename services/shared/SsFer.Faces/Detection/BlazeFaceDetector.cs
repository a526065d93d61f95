using System.Buffers;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Detection;

/// <summary>
/// MediaPipe's back-camera BlazeFace (Bazarevsky et al. 2019, arXiv:1907.05047): a canvas of 256 x 256, 896 anchors, six landmarks
/// (right eye, left eye, nose, mouth, right ear, left ear). Thread-safe.
/// </summary>
public sealed class BlazeFaceDetector : IFaceDetector, IDisposable
{
    private const int CanvasSide = 256;
    private const int ValuesPerAnchor = 16; // centre x, y, width, height, then six points

    // Two anchors in each cell of a 16 x 16 grid, six in each of an 8 x 8 grid.
    private static readonly (int Cells, int PerCell)[] Grids = [(16, 2), (8, 6)];

    private static readonly float[] Scaled = [.. Enumerable.Range(0, 256).Select(value => value / 127.5f - 1)];

    private readonly OnnxModel _model;
    private readonly DetectorOptions _options;
    private readonly CanvasSearch _search;

    /// <param name="onnxPath">See <see cref="BlazeFaceModel.DefaultPath"/>.</param>
    /// <param name="options">Defaults where null.</param>
    /// <exception cref="DetectorModelException">The file is missing, damaged, or not this network.</exception>
    public BlazeFaceDetector(string onnxPath, DetectorOptions? options = null)
    {
        _options = options ?? new DetectorOptions();
        _model = new OnnxModel(onnxPath, _options.Threads);
        _search = new CanvasSearch(CanvasSide, CanvasSide, _options.Border, framesSmall: true, Look);
        try
        {
            if (!_model.InputShape.SequenceEqual([1, CanvasSide, CanvasSide, 3]))
            {
                throw new DetectorModelException(
                    $"'{onnxPath}' is not the back-camera BlazeFace: its input is {string.Join(" x ", _model.InputShape)}, not "
                        + $"1 x 256 x 256 x 3"
                );
            }

            Look(new byte[CanvasSide * CanvasSide * 3]);
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    public int Side => CanvasSide;

    public IReadOnlyList<DetectedFace> Detect(Picture picture) => _search.Find(picture);

    public void Dispose() => _model.Dispose();

    private IReadOnlyList<DetectedFace> Look(ReadOnlySpan<byte> canvas)
    {
        IReadOnlyList<OnnxTensor> outputs;
        using (var rented = MemoryPool<float>.Shared.Rent(canvas.Length))
        {
            var input = rented.Memory[..canvas.Length];
            Scale(canvas, input.Span);
            outputs = _model.Run(input, [1, CanvasSide, CanvasSide, 3]);
        }

        var candidates = new List<DetectedFace>();
        foreach (var (cells, perCell) in Grids)
        {
            var anchors = cells * cells * perCell;
            var logits = Output(outputs, anchors, 1); // [1, anchors, 1]
            var regressions = Output(outputs, anchors, ValuesPerAnchor); // [1, anchors, 16]
            for (var anchor = 0; anchor < anchors; anchor++)
            {
                var score = 1 / (1 + MathF.Exp(-logits[anchor]));
                if (score < _options.ScoreThreshold)
                {
                    continue;
                }

                var cell = anchor / perCell;
                var (x, y) = ((cell % cells + 0.5f) * CanvasSide / cells, (cell / cells + 0.5f) * CanvasSide / cells);
                candidates.Add(Decode(regressions.AsSpan(anchor * ValuesPerAnchor, ValuesPerAnchor), x, y, score));
            }
        }

        return Suppression.Blend(candidates, _options.OverlapThreshold);
    }

    /// <summary>To [-1, 1].</summary>
    private static void Scale(ReadOnlySpan<byte> canvas, Span<float> input)
    {
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = Scaled[canvas[i]];
        }
    }

    /// <summary>Offsets are canvas pixels from the anchor's centre; sizes are canvas pixels.</summary>
    private static DetectedFace Decode(ReadOnlySpan<float> values, float anchorX, float anchorY, float score)
    {
        var (x, y, halfWidth, halfHeight) = (anchorX + values[0], anchorY + values[1], values[2] / 2, values[3] / 2);
        var landmarks = new Landmark[6];
        for (var i = 0; i < landmarks.Length; i++)
        {
            landmarks[i] = new Landmark(anchorX + values[4 + 2 * i], anchorY + values[5 + 2 * i]);
        }

        return new DetectedFace
        {
            Box = new FaceBox(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight),
            Landmarks = landmarks,
            Score = score,
        };
    }

    private float[] Output(IReadOnlyList<OnnxTensor> outputs, int anchors, int values) =>
        outputs.FirstOrDefault(output => output.Shape is [1, var a, var v] && a == anchors && v == values)?.Values
        ?? throw new DetectorModelException(
            $"'{_model.Path}' is not the back-camera BlazeFace: no output is 1 x {anchors} x {values}, there are "
                + $"{string.Join(", ", outputs.Select(o => o.ShapeText))}"
        );
}
