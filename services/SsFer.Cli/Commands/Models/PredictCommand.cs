using System.CommandLine;
using System.Globalization;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.FaceDetection;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Vision.Imaging;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>predict MODEL IMAGE...</c>: what a model sees in pictures, faces found and aligned as in training.</summary>
internal static class PredictCommand
{
    private static readonly Argument<FileInfo[]> Images = new("images") { Description = "Pictures", HelpName = "IMAGE", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string?> Detector = new("--detector") { Description = "blazeface, yolo-face=ONNX or none; the one the model was trained with unless told" };

    public static Command Create() => new Command("predict", "Expressions in pictures")
    {
        ModelArguments.Model,
        Images,
        Detector,
        Training.TrainingOptions.Device,
    }.Does(async (session, arguments, cancellationToken) =>
    {
        using var model = await StoredModel.OpenAsync(session.Store, arguments.GetValue(ModelArguments.Model)!, cancellationToken);
        var target = ModelArguments.Target(arguments);
        using var classifier = new Classifier(model.Description.Model, model.Description.Normalisation, model.Description.Classes.Count, model.Weights.Tensors, model.Name, target);
        using var finder = new FaceFinder(new PreparationOptions
        {
            Size = model.Preparation.Size,
            Border = model.Preparation.Border,
            Margin = model.Preparation.Margin,
            Detector = arguments.GetValue(Detector) is { } named ? DetectorChoice.Parse(named) : TrainedWith(model.Preparation.Detector),
        });

        var results = new List<PicturePrediction>();
        foreach (var file in arguments.GetValue(Images)!)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(await PredictAsync(file, finder, classifier, model.Description.Classes, cancellationToken));
        }

        session.Terminal.Show(results, output => Write(output, results));
        if (results.All(result => result.Error is not null))
            throw new UnreadablePictureException(results[0].Image, "none of the pictures could be used");
    });

    private static DetectorChoice TrainedWith(string detector) => detector switch
    {
        "annotated" => DetectorChoice.BlazeFace, // nobody annotated these pictures
        "yolo-face" => throw new UsageException("the model's faces were found with yolo-face: name its network with --detector yolo-face=MODEL.onnx, or choose --detector blazeface"),
        _ => DetectorChoice.Parse(detector),
    };

    private static async Task<PicturePrediction> PredictAsync(
        FileInfo file, FaceFinder finder, Classifier classifier, IReadOnlyList<string> classes, CancellationToken cancellationToken)
    {
        try
        {
            if (file.Exists && file.Length > ImageBudget.Default.MaxEncodedBytes)
                throw new UnreadablePictureException(file.Name, $"{file.Name} has {file.Length} bytes, over the limit of {ImageBudget.Default.MaxEncodedBytes}");
            var picture = finder.Decode(await File.ReadAllBytesAsync(file.FullName, cancellationToken), file.Name);
            var face = finder.Detect(picture);
            float[] probabilities = classifier.Predict(new OneFace(finder.Align(picture, face).Picture), cancellationToken)[0];
            int best = Array.IndexOf(probabilities, probabilities.Max());
            return new PicturePrediction
            {
                Image = file.ToString(),
                Expression = classes[best],
                Probability = probabilities[best],
                Probabilities = classes.Zip(probabilities).ToDictionary(pair => pair.First, pair => MathF.Round(pair.Second, 4)),
                FaceFound = face is not null,
            };
        }
        catch (Exception fault) when (fault is UnreadablePictureException or IOException or UnauthorizedAccessException)
        {
            return new PicturePrediction { Image = file.ToString(), Error = fault.Message };
        }
    }

    private static void Write(TextWriter output, List<PicturePrediction> results)
    {
        foreach (var result in results)
        {
            output.WriteLine(result.Error is { } error
                ? $"{result.Image}: {error}"
                : string.Create(CultureInfo.InvariantCulture, $"{result.Image}: {result.Expression} {result.Probability:P0}{(result.FaceFound ? "" : " (no face found, the whole picture was used)")}"));
        }
    }

    private sealed class OneFace(Picture picture) : IFaceSource
    {
        public int Count => 1;

        public PlanarImage Read(int index)
        {
            var pixels = picture.Pixels;
            int plane = picture.Width * picture.Height;
            byte[] planar = new byte[3 * plane];
            for (int i = 0; i < planar.Length; i++)
                planar[i] = pixels[(3 * (i % plane)) + (i / plane)];
            return new PlanarImage(planar, 3, picture.Height, picture.Width);
        }

        public Learning.Augmentation.FaceBox? BoxOf(int index) => null;

        public int LabelOf(int index) => -1;
    }
}

/// <summary>What was seen in one picture, or why nothing could be.</summary>
internal sealed record PicturePrediction
{
    public required string Image { get; init; }

    public string? Expression { get; init; }

    public float Probability { get; init; }

    /// <summary>Of every class.</summary>
    public IReadOnlyDictionary<string, float>? Probabilities { get; init; }

    public bool FaceFound { get; init; }

    public string? Error { get; init; }
}
