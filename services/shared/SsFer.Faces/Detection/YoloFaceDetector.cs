using SsFer.Faces.Imaging;

namespace SsFer.Faces.Detection;

/// <summary>
/// Any single-output ONNX export of YOLOv5-face, YOLOv7-face or YOLOv8-face whose boxes are decoded to canvas pixels
/// (input 1 x 3 x height x width in [0, 1], RGB). The family shows in the output's shape. Thread-safe.
/// </summary>
public sealed class YoloFaceDetector : IFaceDetector, IDisposable
{
    private const int FreeSide = 640; // what these networks are trained at; for exports with free input dimensions

    private readonly OnnxModel _model;
    private readonly DetectorOptions _options;
    private readonly CanvasSearch _search;
    private readonly int _width;
    private readonly int _height;

    /// <param name="onnxPath">The exported network.</param>
    /// <param name="options">Defaults where null.</param>
    /// <exception cref="DetectorModelException">The file is missing, damaged, or of a shape that is none of the families'.</exception>
    public YoloFaceDetector(string onnxPath, DetectorOptions? options = null)
    {
        _options = options ?? new DetectorOptions();
        _model = new OnnxModel(onnxPath, _options.Threads);
        try
        {
            if (_model.InputShape is not [1 or -1, 3 or -1, var height, var width])
            {
                throw new DetectorModelException(
                    $"'{onnxPath}' is not a YOLO face detector: its input is {string.Join(" x ", _model.InputShape)}, not 1 x 3 "
                        + $"x height x width"
                );
            }

            (_width, _height) = (width > 0 ? width : FreeSide, height > 0 ? height : FreeSide);
            _search = new CanvasSearch(_width, _height, _options.Border, framesSmall: false, Look);
            Look(new byte[_width * _height * 3]); // the true output shape shows only in a run
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    public int Side => Math.Max(_width, _height);

    public IReadOnlyList<DetectedFace> Detect(Picture picture) => _search.Find(picture);

    public void Dispose() => _model.Dispose();

    private IReadOnlyList<DetectedFace> Look(ReadOnlySpan<byte> canvas)
    {
        var plane = _width * _height;
        var input = new float[3 * plane]; // [1, 3, height, width] in [0, 1]
        for (var i = 0; i < plane; i++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                input[channel * plane + i] = canvas[i * 3 + channel] / 255f;
            }
        }

        var outputs = _model.Run(input, [1, 3, _height, _width]);
        var layout = outputs is [var only] ? YoloLayout.Of(only.Shape) : null;
        if (layout is null)
        {
            throw new DetectorModelException(
                $"'{_model.Path}' has output {string.Join(", ", outputs.Select(o => o.ShapeText))}: SsFer reads 1 x N x 16 "
                    + $"(YOLOv5-face), 1 x N x 21 (v7-face), "
                    + "1 x 20 x N and 1 x 5 x N (v8-face); export the network with its boxes decoded and joined, without NMS"
            );
        }

        return Suppression.KeepBest(layout.Decode(outputs[0].Values, _options.ScoreThreshold), _options.OverlapThreshold);
    }
}
