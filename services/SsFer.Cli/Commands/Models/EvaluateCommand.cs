using System.CommandLine;
using SsFer.Artifacts.Datasets;
using SsFer.Cli.Commands.Training;
using SsFer.Evaluation;
using SsFer.Stages.Faces;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>evaluate MODEL --dataset NAME:split</c>: measures a model that is there already.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Dataset = new("--dataset") { Description = "What to measure on, NAME:split", HelpName = "NAME:SPLIT", Required = true };

    public static Command Create() => new Command("evaluate", "Measures a model on a dataset: accuracy with its interval, recall per class, macro-F1, confusion matrix")
    {
        ModelArguments.Model,
        Dataset,
        TrainingOptions.Device,
    }.Does(async (session, arguments, cancellationToken) =>
    {
        using var model = await StoredModel.OpenAsync(session.Store, arguments.GetValue(ModelArguments.Model)!, cancellationToken);
        string text = arguments.GetValue(Dataset)!;
        var reference = await new DatasetResolver(session, model.Description.Model.ImageSize).ResolveAsync(text, DatasetSplit.Validation, cancellationToken);
        using var faces = await PreparedFaces.OpenAsync(session.Store, reference, session.CacheDirectory, cancellationToken);
        var target = ModelArguments.Target(arguments);
        var evaluation = ModelEvaluation.Measure(model.Name, model.Weights, model.Name, faces, text, target, seed: 0, cancellationToken);
        session.Terminal.Show(evaluation, output => EvaluationText.Write(output, evaluation));
    });
}
