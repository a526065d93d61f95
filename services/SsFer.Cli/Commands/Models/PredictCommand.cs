using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Commands.Models.Video;
using SsFer.Cli.Terminal;
using SsFer.FaceDetection;
using SsFer.Faces.Imaging;
using SsFer.Inference;
using SsFer.Inference.Models;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Models;

/// <summary>
/// <c>predict [MODEL] IMAGE...</c>: every face in pictures and its expression, as the endpoint answers; or of a video.
/// </summary>
internal static class PredictCommand
{
    private static readonly Argument<string[]> Names = new("names")
    {
        Description =
            "MODEL: one of the store (see ssfer models list), or a .safetensors or .onnx file written by SsFer; the built-in one unless "
            + "named. IMAGE: pictures, folders of pictures, or patterns such as 'photos/**/*.jpg'",
        HelpName = "[MODEL] IMAGE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Detector = new("--detector")
    {
        Description = "blazeface, yolo-face=ONNX or none; the one the model was trained with unless told",
    };

    private static readonly Option<string?> Annotate = new("--annotate")
    {
        Description = "Writes the pictures with boxes and probabilities into a folder, or a single one to a .png file",
        HelpName = "FOLDER|FILE.png",
    };

    private static readonly InferenceOptions Limits = new()
    {
        MaxPictureBytes = (int)PictureFiles.MostBytes,
        MaxPixels = PictureFiles.MostPixels,
        MaxDecodingBytes = ImageBudget.Default.MaxDecodedBytes,
        Formats = PictureFormats.All,
        MaxFaces = 1024,
    };

    public static Command Create() =>
        new Command("predict", "Faces in pictures and their expressions")
        {
            Names,
            Detector,
            Annotate,
            PredictVideo.Video,
            PredictVideo.FramesPerSecond,
        }.Does(
            async (session, arguments, cancellationToken) =>
            {
                if (arguments.GetValue(PredictVideo.Video) is { } video)
                {
                    await PredictVideoAsync(session, arguments, video, cancellationToken);
                    return;
                }

                if (arguments.GetValue(PredictVideo.FramesPerSecond) is not null)
                {
                    throw new UsageException("--fps is for videos: name one with --video FILE");
                }

                var (named, images) = await SplitAsync(session.Store, arguments.GetValue(Names) ?? [], cancellationToken);
                var files = PictureFiles.Named(images);
                var annotated = arguments.GetValue(Annotate) is { } target ? AnnotatedFiles.To(target, files) : null;
                using var pipeline = await OpenAsync(session, arguments, named, cancellationToken);
                var model = pipeline.Model;
                var clock = new PhaseClock(TimeProvider.System);
                var predictor = new PicturePredictor(pipeline, clock, annotated);
                var pictures =
                    files.Count <= PicturePredictor.BatchSize
                        ? await predictor.AnswerAsync(files, _ => { }, cancellationToken)
                        : await session.Terminal.WithProgressAsync(display =>
                            predictor.AnswerAsync(
                                files,
                                done => display.Report(new ProgressUpdate("predict", done, files.Count, "images")),
                                cancellationToken
                            )
                        );
                if (annotated is not null)
                {
                    session.Terminal.Say($"drawn: {annotated.Where}");
                }

                Show(session.Terminal, ExpressionsAnswer.Of(model, version: null, pictures, clock));
            }
        );

    private static async Task PredictVideoAsync(
        CommandSession session,
        ParseResult arguments,
        FileInfo video,
        CancellationToken cancellationToken
    )
    {
        var names = arguments.GetValue(Names) ?? [];
        if (names.Length > 1 || arguments.GetValue(Annotate) is not null)
        {
            throw new UsageException("--video goes with a model alone: leave out pictures and --annotate");
        }

        var perSecond = PredictVideo.Check(video, arguments.GetValue(PredictVideo.FramesPerSecond));
        using var pipeline = await OpenAsync(session, arguments, names.FirstOrDefault(), cancellationToken);
        await PredictVideo.RunAsync(session.Terminal, pipeline, video, perSecond, cancellationToken);
    }

    private static async Task<FaceExpressionPipeline> OpenAsync(
        CommandSession session,
        ParseResult arguments,
        string? named,
        CancellationToken cancellationToken
    )
    {
        var detector = arguments.GetValue(Detector) is { } search ? DetectorChoice.Parse(search) : null;
        return Open(
            named is null ? BuiltInModel.Open() : await ModelForPictures.OpenAsync(session.Store, named, cancellationToken),
            detector
        );
    }

    /// <summary>
    /// The first name is the model's, unless it stands for pictures; one that could be either, such as a folder called like a model of
    /// the store, is the model where pictures follow.
    /// </summary>
    /// <exception cref="UsageException">No picture is named.</exception>
    private static async Task<(string? Model, string[] Images)> SplitAsync(
        IArtifactStore store,
        string[] names,
        CancellationToken cancellationToken
    )
    {
        if (names.Length == 0)
        {
            throw new UsageException("nothing to look at: name pictures, or a video with --video FILE");
        }

        var (first, others) = (names[0], names[1..]);
        if (
            PictureFiles.StandsForPictures(first)
            && (others.Length == 0 || !await ModelForPictures.IsStoredAsync(store, first, cancellationToken))
        )
        {
            return (null, names);
        }

        return others.Length > 0
            ? (first, others)
            : throw new UsageException($"'{first}' is no picture: name pictures, behind a model or alone for the built-in one");
    }

    /// <summary>The model with the faces it looks at; <paramref name="detector"/> finds them in place of the model's own.</summary>
    internal static FaceExpressionPipeline Open(ExpressionModel model, DetectorChoice? detector)
    {
        try
        {
            var trained = model.Description.Preparation;
            return detector is null
                ? new FaceExpressionPipeline(model, Limits, Checked(trained))
                : new FaceExpressionPipeline(
                    model,
                    Limits,
                    (trained with { Detector = detector.Name }).ForNewPictures(),
                    detector.ModelPath
                );
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <exception cref="UsageException">The network that found the model's faces is not in the store.</exception>
    private static FacePreparation Checked(FacePreparation trained) =>
        trained.Detector == DetectorNames.YoloFace
            ? throw new UsageException(
                "the model's faces were found with yolo-face: name its network with --detector yolo-face=MODEL.onnx, or choose "
                    + "--detector blazeface"
            )
            : trained.ForNewPictures();

    private static void Show(CommandTerminal terminal, ExpressionsAnswer answer)
    {
        var unusable = answer
            .Pictures.Where(picture => picture.Status is PictureStatus.Unreadable or PictureStatus.TooLarge)
            .Select(picture => picture.Message!)
            .ToList();
        terminal.Show(answer, output => answer.Pictures.SelectMany(Lines).ToList().ForEach(output.WriteLine));
        if (unusable.Count == 0)
        {
            return;
        }

        if (answer.Pictures.Count == 1)
        {
            throw new PartialResultException(unusable[0]);
        }

        unusable.ForEach(terminal.Say);
        throw new PartialResultException($"{unusable.Count} of {answer.Pictures.Count} pictures could not be used");
    }

    private static IEnumerable<string> Lines(PictureAnswer picture) =>
        picture switch
        {
            { Status: PictureStatus.NoFace } => [$"{picture.Name}: no face"],
            { Faces: [var only] } => [$"{picture.Name}: {Expression(only)}"],
            _ => picture.Faces.Select(
                (face, index) => $"{picture.Name}: face {index + 1} of {picture.Faces.Count}, {Place(face.Box)}: {Expression(face)}"
            ),
        };

    private static string Expression(FaceAnswer face) =>
        string.Create(CultureInfo.InvariantCulture, $"{face.Expression} {face.Probabilities[0].Probability:P0}");

    private static string Place(PixelBox box) =>
        string.Create(CultureInfo.InvariantCulture, $"({box.Left:0}, {box.Top:0}) to ({box.Right:0}, {box.Bottom:0})");
}
