using System.CommandLine;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.FaceDetection;
using SsFer.Learning.Training;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>predict MODEL IMAGE...</c>: what a model sees in pictures, faces found and aligned as in training.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string[]> Images = new("images")
    {
        Description = "Pictures",
        HelpName = "IMAGE",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Detector = new("--detector")
    {
        Description = "blazeface, yolo-face=ONNX or none; the one the model was trained with unless told",
    };

    public static Command Create() =>
        new Command("predict", "Expressions in pictures") { ModelArguments.Model, Images, Detector, Training.TrainingOptions.Device }.Does(
            async (session, arguments, cancellationToken) =>
            {
                using var model = await StoredModel.OpenAsync(session.Store, arguments.GetValue(ModelArguments.Model)!, cancellationToken);
                var target = ModelArguments.Target(arguments);
                using var classifier = new Classifier(
                    model.Description.Model,
                    model.Description.Normalisation,
                    model.Description.Classes.Count,
                    model.Weights.Tensors,
                    model.Name,
                    target
                );
                using var finder = new FaceFinder(
                    new PreparationOptions
                    {
                        Size = model.Preparation.Size,
                        Border = model.Preparation.Border,
                        Margin = model.Preparation.Margin,
                        Detector = arguments.GetValue(Detector) is { } named
                            ? DetectorChoice.Parse(named)
                            : TrainedWith(model.Preparation.Detector),
                    }
                );

                var predictor = new PicturePredictor(finder, classifier, model.Description.Classes);
                var results = new List<PicturePrediction>();
                foreach (var file in arguments.GetRequiredValue(Images))
                {
                    results.Add(await predictor.PredictAsync(file, cancellationToken));
                }

                var unusable = results.FindAll(result => result.Error is not null);
                session.Terminal.Show(results, output => results.FindAll(result => result.Error is null).ForEach(output.WriteLine));
                if (unusable.Count == 0)
                {
                    return;
                }

                if (results.Count > 1)
                {
                    unusable.ForEach(result => session.Terminal.Say(result.Error!));
                }

                throw new PartialResultException(
                    results.Count == 1 ? unusable[0].Error! : $"{unusable.Count} of {results.Count} pictures could not be used"
                );
            }
        );

    private static DetectorChoice TrainedWith(string detector) =>
        detector switch
        {
            "annotated" => DetectorChoice.BlazeFace, // nobody annotated these pictures
            "yolo-face" => throw new UsageException(
                "the model's faces were found with yolo-face: name its network with --detector yolo-face=MODEL.onnx, or choose "
                    + "--detector blazeface"
            ),
            _ => DetectorChoice.Parse(detector),
        };
}
