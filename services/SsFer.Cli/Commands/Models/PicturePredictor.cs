using SsFer.FaceDetection;
using SsFer.Faces.Imaging;
using SsFer.Inference;
using SsFer.Learning.Training;

namespace SsFer.Cli.Commands.Models;

/// <summary>Files to expressions. What is wrong with one is said in its prediction and concerns no other.</summary>
/// <param name="finder">Finds and cuts faces as for the model's training.</param>
/// <param name="classifier">The model.</param>
/// <param name="classes">Its classes in the order of their index.</param>
internal sealed class PicturePredictor(FaceFinder finder, Classifier classifier, IReadOnlyList<string> classes)
{
    public async Task<PicturePrediction> PredictAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var picture = finder.Decode(await ReadAsync(file, cancellationToken), file);
            var found = finder.Detect(picture);
            var probabilities = classifier.Predict(new OneFace(finder.Align(picture, found.Main).Picture), cancellationToken)[0];
            var best = Array.IndexOf(probabilities, probabilities.Max());
            return new PicturePrediction
            {
                Image = file,
                Expression = classes[best],
                Probability = probabilities[best],
                Probabilities = classes.Zip(probabilities).ToDictionary(pair => pair.First, pair => MathF.Round(pair.Second, 4)),
                Box = found.Main?.Box.ClipTo(picture.Width, picture.Height) is { } box
                    ? new PixelBox(box.X0, box.Y0, box.X1, box.Y1)
                    : null,
                FacesFound = found.Count,
            };
        }
        catch (UnreadablePictureException fault)
        {
            return new PicturePrediction { Image = file, Error = fault.Message };
        }
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (Directory.Exists(file))
        {
            throw new UnreadablePictureException(file, $"is a folder: name the pictures in it, such as {Path.Combine(file, "*.jpg")}");
        }

        if (!File.Exists(file))
        {
            throw new UnreadablePictureException(file, "does not exist: check the name, and the folder it is looked for from");
        }

        try
        {
            var length = new FileInfo(file).Length;
            return length <= ImageBudget.Default.MaxEncodedBytes
                ? await File.ReadAllBytesAsync(file, cancellationToken)
                : throw new UnreadablePictureException(
                    file,
                    $"has {length} bytes, over the limit of {ImageBudget.Default.MaxEncodedBytes}: save it smaller"
                );
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new UnreadablePictureException(file, "may not be read: check its permissions", fault);
        }
        catch (IOException fault)
        {
            throw new UnreadablePictureException(file, $"cannot be read: {fault.Message}", fault);
        }
    }
}
