using SsFer.Faces.Cutting;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Inference.Models;
using SsFer.Recipes;

namespace SsFer.Inference;

/// <summary>
/// Pictures to expressions: faces found, cut out as they were for the model's training, and classified together. Thread-safe.
/// </summary>
public sealed class FaceExpressionPipeline : IDisposable
{
    /// <summary>No limit of ours: the header is read in order to hold it against the budget in words of our own.</summary>
    private static readonly ImageBudget Unbounded = new()
    {
        MaxEncodedBytes = long.MaxValue,
        MaxPixels = long.MaxValue,
        MaxSide = int.MaxValue,
    };

    private static readonly string[] LandmarkNames = ["rightEye", "leftEye", "nose", "mouth", "rightEar", "leftEar"];

    private readonly InferenceOptions _options;
    private readonly ImageBudget _budget;
    private readonly FaceCutter _cutter;

    /// <param name="model">Owned by the pipeline from now on.</param>
    /// <param name="options">Limits.</param>
    /// <param name="faces">How faces are found and cut; as for the model's training, with BlazeFace where it found them, unless
    /// told.</param>
    /// <param name="network">ONNX file of a YOLO-face detector, where that is to find the faces.</param>
    /// <exception cref="DetectorModelException">The face detector that the build puts beside the program is missing.</exception>
    public FaceExpressionPipeline(ExpressionModel model, InferenceOptions options, FacePreparation? faces = null, string? network = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        Model = model;
        _options = options;
        _budget = options.Budget;
        _cutter = new FaceCutter((faces ?? Here(model.Description.Preparation)) with { Size = model.Size }, network, _budget);
    }

    public ExpressionModel Model { get; }

    /// <summary>Every picture by itself, in the order given; what is wrong with one is said in its answer and concerns no other.</summary>
    /// <param name="pictures">As they were uploaded.</param>
    /// <param name="turns">Limits how many pictures are in work, over all requests.</param>
    /// <param name="cancellationToken">Stops before the next picture, and before the next batch of faces.</param>
    public async Task<IReadOnlyList<PictureAnswer>> AnswerAsync(
        IReadOnlyList<UploadedPicture> pictures,
        SemaphoreSlim turns,
        CancellationToken cancellationToken
    )
    {
        return Classify(await SearchAsync(pictures, turns, cancellationToken), cancellationToken);
    }

    /// <summary>The faces of all pictures; see <see cref="AnswerAsync"/>.</summary>
    internal async Task<IReadOnlyList<SearchedPicture>> SearchAsync(
        IReadOnlyList<UploadedPicture> pictures,
        SemaphoreSlim turns,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(turns);
        return await Task.WhenAll(
            pictures.Select(async picture =>
            {
                await turns.WaitAsync(cancellationToken);
                try
                {
                    return await Task.Run(() => Search(picture), cancellationToken);
                }
                finally
                {
                    turns.Release();
                }
            })
        );
    }

    /// <summary>The expressions of all faces that were found, together.</summary>
    internal IReadOnlyList<PictureAnswer> Classify(IReadOnlyList<SearchedPicture> found, CancellationToken cancellationToken)
    {
        var probabilities = Model.Classify(found.SelectMany(picture => picture.Faces).Select(face => face.Cut), cancellationToken);
        var next = 0;
        return
        [
            .. found.Select(picture =>
                picture.Answer with
                {
                    Faces = [.. picture.Faces.Select(face => Describe(face.Face, picture.Answer, probabilities[next++]))],
                }
            ),
        ];
    }

    public void Dispose()
    {
        _cutter.Dispose();
        Model.Dispose();
    }

    /// <summary>The faces of one picture, not classified yet.</summary>
    internal SearchedPicture Search(UploadedPicture upload)
    {
        try
        {
            if (upload.Encoded is not { } encoded)
            {
                return Refused(upload, PictureStatus.TooLarge, $"has more than {_budget.MaxEncodedBytes} bytes: send a smaller one");
            }

            var header = PictureHeader.Read(encoded, upload.Name, Unbounded);
            if ((long)header.Width * header.Height > _budget.MaxPixels || Math.Max(header.Width, header.Height) > _budget.MaxSide)
            {
                return Refused(
                    upload,
                    PictureStatus.TooLarge,
                    $"announces {header.Width} x {header.Height} pixels; {_budget.MaxPixels} in all and {_budget.MaxSide} a "
                        + $"side are allowed: send a smaller one"
                );
            }

            var picture = _cutter.Decode(encoded, upload.Name);
            var faces = _cutter.CutAll(picture, _options.MaxFaces);
            var answer = new PictureAnswer
            {
                Name = upload.Name,
                Status = PictureStatus.Ok,
                Width = picture.Width,
                Height = picture.Height,
            };
            return faces.Count > 0
                ? new SearchedPicture(answer, faces)
                : new SearchedPicture(
                    answer with
                    {
                        Status = PictureStatus.NoFace,
                        Message = $"{upload.Name} shows no face that the detector is sure of",
                    },
                    []
                );
        }
        catch (UnreadablePictureException fault)
        {
            return Refused(upload, PictureStatus.Unreadable, fault.Reason);
        }
    }

    /// <summary>Nobody annotated the pictures that come, and BlazeFace is the one detector that is here.</summary>
    private static FacePreparation Here(FacePreparation trained) =>
        trained.Detector == DetectorNames.YoloFace ? trained with { Detector = DetectorNames.BlazeFace } : trained.ForNewPictures();

    private FaceAnswer Describe(DetectedFace face, PictureAnswer picture, float[] probabilities)
    {
        var box = face.Box.ClipTo(picture.Width!.Value, picture.Height!.Value)!.Value;
        ClassProbability[] sorted =
        [
            .. Model
                .Description.Classes.Zip(probabilities, (expression, probability) => new ClassProbability(expression, probability))
                .OrderByDescending(pair => pair.Probability),
        ];
        return new FaceAnswer
        {
            Box = new PixelBox(box.X0, box.Y0, box.X1, box.Y1),
            Landmarks = [.. face.Landmarks.Zip(LandmarkNames, (point, name) => new NamedPoint(name, point.X, point.Y))],
            DetectionScore = face.Score,
            Expression = sorted[0].Expression,
            Probabilities = sorted,
        };
    }

    private static SearchedPicture Refused(UploadedPicture upload, PictureStatus status, string reason) =>
        new(
            new PictureAnswer
            {
                Name = upload.Name,
                Status = status,
                Message = $"{upload.Name} {reason}",
            },
            []
        );

    /// <summary>What is said of a picture, and its faces cut out.</summary>
    internal sealed record SearchedPicture(PictureAnswer Answer, IReadOnlyList<CutFace> Faces);
}

/// <summary>A picture as it arrived. <paramref name="Encoded"/> is null where it was over the limit and not kept.</summary>
public sealed record UploadedPicture(string Name, ReadOnlyMemory<byte>? Encoded);
