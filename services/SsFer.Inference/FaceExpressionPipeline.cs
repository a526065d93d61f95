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
        _cutter = new FaceCutter((faces ?? ForServing(model.Description.Preparation)) with { Size = model.Size }, network, _budget);
    }

    public ExpressionModel Model { get; }

    /// <summary>Every picture by itself, in the order given; what is wrong with one is said in its answer and concerns no other.</summary>
    /// <param name="pictures">As they were uploaded.</param>
    /// <param name="turns">Limits what is in work, over all requests.</param>
    /// <param name="cancellationToken">Stops between pictures, within decoding, and before the next batch of faces.</param>
    public async Task<IReadOnlyList<PictureAnswer>> AnswerAsync(
        IReadOnlyList<UploadedPicture> pictures,
        PictureTurns turns,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(turns);
        var answers = new PictureAnswer[pictures.Count];
        // No more of a request queues than can be worked on: others of the same caller come in between.
        var options = new ParallelOptions { MaxDegreeOfParallelism = turns.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, pictures.Count), options, async (i, token) =>
            answers[i] = await AnswerAsync(pictures[i], turns, token)
        );
        return answers;
    }

    public void Dispose()
    {
        _cutter.Dispose();
        Model.Dispose();
    }

    private async Task<PictureAnswer> AnswerAsync(UploadedPicture upload, PictureTurns turns, CancellationToken cancellationToken)
    {
        if (!upload.IsKept)
        {
            return Refused(upload, PictureStatus.TooLarge, $"has more than {_budget.MaxEncodedBytes} bytes: send a smaller one");
        }

        try
        {
            using var turn = await turns.EnterAsync(cancellationToken);
            using var encoded = await upload.LoadAsync(cancellationToken);
            var file = _cutter.Open(encoded.Bytes, upload.Name);
            using var memory = await turns.ReserveAsync(file.WorkingBytes, cancellationToken);
            return await Task.Run(() => Search(file, cancellationToken), cancellationToken);
        }
        catch (UnreadablePictureException fault)
        {
            return fault.IsOverBudget
                ? Refused(upload, PictureStatus.TooLarge, $"{fault.Reason}: send a smaller one")
                : Refused(upload, PictureStatus.Unreadable, fault.Reason);
        }
    }

    /// <summary>A picture decoded, and its faces cut out.</summary>
    internal (Picture Picture, IReadOnlyList<CutFace> Faces) Look(PictureFile file, CancellationToken cancellationToken)
    {
        var picture = _cutter.Decode(file, cancellationToken);
        return (picture, _cutter.CutAll(picture, _options.MaxFaces));
    }

    private PictureAnswer Search(PictureFile file, CancellationToken cancellationToken)
    {
        var (picture, faces) = Look(file, cancellationToken);
        var answer = new PictureAnswer
        {
            Name = file.Name,
            Status = PictureStatus.Ok,
            Width = picture.Width,
            Height = picture.Height,
        };
        if (faces.Count == 0)
        {
            return answer with { Status = PictureStatus.NoFace, Message = $"{file.Name} shows no face that the detector is sure of" };
        }

        var probabilities = Model.Classify(faces.Select(face => face.Cut), cancellationToken);
        return answer with { Faces = [.. faces.Zip(probabilities, (face, each) => Describe(face.Face, answer, each))] };
    }

    /// <summary>Nobody annotated the pictures that come, and BlazeFace is the one detector that is here.</summary>
    private static FacePreparation ForServing(FacePreparation trained) =>
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

    private static PictureAnswer Refused(UploadedPicture upload, PictureStatus status, string reason) =>
        new()
        {
            Name = upload.Name,
            Status = status,
            Message = $"{upload.Name} {reason}",
        };
}
