using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.Evaluation.Int8;
using SsFer.Learning.Training;
using SsFer.Recipes;
using SsFer.Stages.Faces;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models quantise MODEL --calibrate NAME:split</c>: the model in int8, as one of its own.</summary>
internal static class QuantiseModelCommand
{
    private static readonly Argument<string> Model = new("model")
    {
        Description = "A compact ResNet of the store (see ssfer models list)",
        HelpName = "MODEL",
    };

    private static readonly Option<string?> Calibrate = new("--calibrate")
    {
        Description = "Faces that the scales are taken from, 512 of them; those that the model learned from unless named",
        HelpName = "NAME:SPLIT",
    };

    private static readonly Option<string?> As = new("--as")
    {
        Description = "Name of the new model; MODEL-int8 unless told",
        HelpName = "ID",
    };

    public static Command Create()
    {
        var command = new Command("quantise", "Makes an int8 model of one in fp32, and measures it as it will be served")
        {
            Model,
            Calibrate,
            As,
        };
        command.Aliases.Add("quantize");
        return command.Does(QuantiseAsync);
    }

    private static async Task QuantiseAsync(CommandSession session, ParseResult arguments, CancellationToken cancellationToken)
    {
        var id = arguments.GetValue(Model)!;
        var quantised = arguments.GetValue(As) ?? $"{id}-int8";
        using var model = await StoredModel.OpenStoredAsync(session.Store, id, cancellationToken);
        var card = await RequireAsync(session, id, quantised, cancellationToken);
        var faces = new FacesForModel(session, model);
        var calibrated = await faces.ResolveAsync(
            arguments.GetValue(Calibrate) ?? SelectionOf(card.Run.Labelled, DatasetSplit.Train, id),
            cancellationToken
        );
        var measured = await faces.ResolveAsync(SelectionOf(card.Run.Validation, DatasetSplit.Validation, id), cancellationToken);
        using var calibration = await PreparedFaces.OpenAsync(session.Store, calibrated, session.CacheDirectory, cancellationToken);
        using var validation = await PreparedFaces.OpenAsync(session.Store, measured, session.CacheDirectory, cancellationToken);
        var target = ComputeTarget.Choose("cpu", Precision.Fp32, threads: 0);
        var basis = new EvaluationBasis(validation, $"{measured.Name}:{measured.Split}", target, card.Run.Seed);
        var made = await new Int8Model(model, card, quantised).TryPublishAsync(
            session.Store,
            calibrated,
            calibration,
            basis,
            cancellationToken
        ) ?? throw Exists(quantised);
        session.Terminal.Show(made, output => Write(output, card, made));
    }

    /// <summary>The card of the model in fp32.</summary>
    /// <exception cref="UsageException">There is a model under the new name, or the model is in int8.</exception>
    private static async Task<ModelCard> RequireAsync(
        CommandSession session,
        string id,
        string quantised,
        CancellationToken cancellationToken
    )
    {
        var card = await session.Store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(id), cancellationToken)
            ?? throw new ModelNotFoundException(id);
        if (card.Value.Calibration is { } done)
        {
            throw new UsageException($"{id} is in int8 already: name the model it was made of, {done.Model}");
        }

        return await session.Store.ExistsAsync(ModelCard.CardPath(quantised), cancellationToken) ? throw Exists(quantised) : card.Value;
    }

    private static string SelectionOf(DatasetReference? faces, string split, string id) =>
        faces is null
            ? throw new UsageException($"{id} does not say which faces it was made with: train it again with --validation NAME:SPLIT")
            : $"{faces.Name}:{faces.Split ?? split}";

    private static UsageException Exists(string id) => new($"there is a model '{id}' in the store: choose another name with --as");

    private static void Write(TextWriter output, ModelCard single, ModelCard quantised)
    {
        var (before, after) = (single.ProductEvaluation, quantised.ProductEvaluation);
        var made = quantised.Calibration!;
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{quantised.Id}: {single.Id} in int8, scales from {made.Faces} faces of {made.Dataset.Name}:{made.Dataset.Split}"
            )
        );
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"accuracy on {after.Dataset}: {after.Accuracy:P2}, in fp32 {before.Accuracy:P2}; the same answer for "
                    + $"{made.SameAnswers:P1} of the faces"
            )
        );
        output.WriteLine($"next: ssfer models promote {quantised.Id}");
    }
}
