using SsFer.Faces.Cutting;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Inference.Explanation;
using SsFer.Inference.Models;
using SsFer.Recipes;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference;

/// <summary>
/// Pictures to expressions: faces found, cut out as they were for the model's training, and classified together. Thread-safe.
/// </summary>
public sealed class FaceExpressionPipeline : IDisposable
{
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
    /// <param name="asked">What is wanted of each.</param>
    /// <param name="turns">Limits what is in work, over all requests.</param>
    /// <param name="clock">Is told how long the phases take.</param>
    /// <param name="cancellationToken">Stops between pictures, within decoding, and before the next batch of faces.</param>
    public async Task<IReadOnlyList<PictureAnswer>> AnswerAsync(
        IReadOnlyList<UploadedPicture> pictures,
        AnswerOptions asked,
        PictureTurns turns,
        PhaseClock clock,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(turns);
        ArgumentNullException.ThrowIfNull(clock);
        var work = new Work(asked, turns, clock);
        var answers = new PictureAnswer[pictures.Count];
        // No more of a request queues than can be worked on: others of the same caller come in between.
        var options = new ParallelOptions { MaxDegreeOfParallelism = turns.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, pictures.Count), options, async (i, token) =>
            answers[i] = await AnswerAsync(pictures[i], work, token)
        );
        return answers;
    }

    public void Dispose()
    {
        _cutter.Dispose();
        Model.Dispose();
    }

    /// <summary>A picture decoded, and its faces cut out.</summary>
    internal (Photograph Picture, IReadOnlyList<CutFace> Faces) Look(
        PictureFile file,
        AnswerOptions asked,
        PhaseClock clock,
        CancellationToken cancellationToken
    )
    {
        var picture = clock.Measure(Phase.Decode, () => _cutter.Decode(file, cancellationToken));
        var found = asked.IsCropped ? null : clock.Measure(Phase.Detect, () => Find(picture, asked));
        return (picture, clock.Measure(Phase.Cut, () => _cutter.CutAll(picture, found, cancellationToken)));
    }

    private List<DetectedFace>? Find(Photograph picture, AnswerOptions asked) =>
        _cutter.Find(picture)?.Where(face => face.Score >= asked.MinScore).Take(asked.MaxFaces ?? _options.MaxFaces).ToList();

    private async Task<PictureAnswer> AnswerAsync(UploadedPicture upload, Work work, CancellationToken cancellationToken)
    {
        if (!upload.IsKept)
        {
            return Refused(upload, PictureStatus.TooLarge, $"has more than {_budget.MaxEncodedBytes} bytes: send a smaller one");
        }

        try
        {
            var (answer, cuts) = await ClassifyAsync(upload, work, cancellationToken);
            return work.Asked.IsExplained ? await ExplainAsync(answer, cuts, work, cancellationToken) : answer;
        }
        catch (UnreadablePictureException fault)
        {
            return fault.IsOverBudget
                ? Refused(upload, PictureStatus.TooLarge, $"{fault.Reason}: send a smaller one")
                : Refused(upload, PictureStatus.Unreadable, fault.Reason);
        }
        catch (OutOfMemoryException)
        {
            throw RequestRefusedException.Busy($"there is no memory for {upload.Name} now: try again in a moment, or send a smaller one");
        }
    }

    private async Task<Classified> ClassifyAsync(UploadedPicture upload, Work work, CancellationToken cancellationToken)
    {
        using var turn = await work.Turns.EnterAsync(cancellationToken);
        using var encoded = await upload.LoadAsync(cancellationToken);
        var file = _cutter.Open(encoded.Bytes, upload.Name);
        using var memory = await work.Turns.ReserveAsync(file.WorkingBytes, cancellationToken);
        return await Task.Run(() => Classify(file, work, cancellationToken), cancellationToken);
    }

    private Classified Classify(PictureFile file, Work work, CancellationToken cancellationToken)
    {
        var (picture, faces) = Look(file, work.Asked, work.Clock, cancellationToken);
        var answer = new PictureAnswer
        {
            Name = file.Name,
            Status = PictureStatus.Ok,
            Width = picture.Width,
            Height = picture.Height,
        };
        if (faces.Count == 0)
        {
            var message = $"{file.Name} shows no face that the detector is sure of";
            return new Classified(answer with { Status = PictureStatus.NoFace, Message = message }, []);
        }

        var probabilities = work.Clock.Measure(Phase.Classify, () => Model.Classify(faces.Select(face => face.Cut), cancellationToken));
        var description = new FaceDescription(Model.Description.Classes, picture);
        return new Classified(answer with { Faces = [.. faces.Zip(probabilities, description.Of)] }, faces);
    }

    /// <summary>Each face takes a turn of its own: others come in between, whatever one request asks for.</summary>
    private async Task<PictureAnswer> ExplainAsync(
        PictureAnswer answer,
        IReadOnlyList<CutFace> cuts,
        Work work,
        CancellationToken cancellationToken
    )
    {
        var faces = answer.Faces.ToArray();
        for (var i = 0; i < Math.Min(faces.Length, _options.MaxExplainedFaces); i++)
        {
            using var turn = await work.Turns.EnterAsync(cancellationToken);
            using var memory = await work.Turns.ReserveAsync(Occlusion.WorkingBytes(Model.Size), cancellationToken);
            var (face, cut) = (faces[i], cuts[i]);
            faces[i] = await Task.Run(
                () => work.Clock.Measure(Phase.Explain, () => Explain(face, cut, cancellationToken)),
                cancellationToken
            );
        }

        return answer with
        {
            Faces = faces,
        };
    }

    private FaceAnswer Explain(FaceAnswer face, CutFace cut, CancellationToken cancellationToken)
    {
        var watched = Model.Description.Classes.ToList().IndexOf(face.Expression);
        var map = Occlusion.Study(Model, cut.Cut, (watched, face.TopProbability), cancellationToken);
        return face with
        {
            Explanation = new ExplanationAnswer
            {
                Method = Occlusion.Method,
                Expression = face.Expression,
                LargestDrop = map.Largest,
                HeatMap = HeatMap.Draw(map, face.Box, cut.Placement),
            },
        };
    }

    /// <summary>Nobody annotated the pictures that come, and BlazeFace is the one detector that is here.</summary>
    private static FacePreparation ForServing(FacePreparation trained) =>
        trained.Detector == DetectorNames.YoloFace ? trained with { Detector = DetectorNames.BlazeFace } : trained.ForNewPictures();

    private static PictureAnswer Refused(UploadedPicture upload, PictureStatus status, string reason) =>
        new()
        {
            Name = upload.Name,
            Status = status,
            Message = $"{upload.Name} {reason}",
        };

    /// <summary>What one call works with.</summary>
    private sealed record Work(AnswerOptions Asked, PictureTurns Turns, PhaseClock Clock);

    /// <summary>An answer, and the faces that it tells of.</summary>
    private sealed record Classified(PictureAnswer Answer, IReadOnlyList<CutFace> Faces);
}
