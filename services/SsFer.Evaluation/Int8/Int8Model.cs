using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Learning.Onnx;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation.Int8;

/// <summary>A model of the store in int8, as a model of its own: it is promoted, served and rolled back like any other.</summary>
/// <param name="Model">In fp32.</param>
/// <param name="Card">Its card.</param>
/// <param name="Id">Of the new model.</param>
public sealed record Int8Model(StoredModel Model, ModelCard Card, string Id)
{
    /// <summary>Calibrates it, measures it as it will be served, and stores it.</summary>
    /// <param name="store">Receives it.</param>
    /// <param name="dataset">Where <paramref name="calibration"/> comes from.</param>
    /// <param name="calibration">Faces like those that it will see, which it may have learned from.</param>
    /// <param name="basis">What to measure on.</param>
    /// <param name="cancellationToken">Stops between batches; nothing is stored then.</param>
    /// <returns>Its card; null where there is a model of this id.</returns>
    /// <exception cref="PermanentStageException">The faces have other classes, or none has a label.</exception>
    /// <exception cref="WeightsException">The model is of a kind that is not written in int8.</exception>
    public async Task<ModelCard?> TryPublishAsync(
        IArtifactStore store,
        DatasetReference dataset,
        PreparedFaces calibration,
        EvaluationBasis basis,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(basis);
        var description = Model.Description;
        OnnxClassifier.RequireInt8(description.Model, Card.Id);
        var served = OnnxModelFile.Describe(Id, description.Classes, Model.Preparation);
        var source = new OnnxSource(description.Model, description.Normalisation, Model.Weights.Tensors, Id);
        var order = ClassList.OrderOf(description.Classes, basis.Faces.Manifest.Classes) ?? throw OtherClasses(basis);

        var (ranges, faces) = Int8Calibration.Measure(source, calibration, basis.Seed, cancellationToken);
        var single = InMemory(file => OnnxClassifier.Write(file, source, served));
        byte[] Quantised(double temperature) =>
            InMemory(file => OnnxClassifier.WriteInt8(file, source with { Temperature = temperature }, ranges, served));
        var expected = Predict(single, basis.Faces, order, cancellationToken);
        var predicted = Predict(Quantised(temperature: 1), basis.Faces, order, cancellationToken);
        var card = Card with
        {
            Id = Id,
            Evaluations = [ModelEvaluation.Of(Card.Product, predicted, basis)],
            Preparation = Model.Preparation,
            Attack = null, // of the weights, which are the same
            Promotion = null,
            MeasuredOn = $"cpu, int8, ONNX Runtime {Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString()}",
            Calibration = new Int8Calibration
            {
                Model = Card.Id,
                Dataset = dataset,
                Faces = faces,
                SameAnswers = ShareOfSameAnswers(expected, predicted),
            },
            OnnxSha256 = null,
            WeightsSha256 = null,
        };
        return await ModelCard.TryPublishAsync(
            store,
            card,
            Model.Weights,
            file => file.WriteAsync(Quantised(card.Temperature), cancellationToken).AsTask(),
            replaced: null,
            cancellationToken
        );
    }

    private static double ShareOfSameAnswers(float[][] one, float[][] other) =>
        one.Zip(other).Count(pair => ModelEvaluation.MostProbable(pair.First) == ModelEvaluation.MostProbable(pair.Second))
        / (double)one.Length;

    /// <summary>Probabilities, with the classes in the order of the faces'.</summary>
    private float[][] Predict(byte[] file, IFaceSource faces, int[] order, CancellationToken cancellationToken)
    {
        using var onnx = new OnnxFaces(file, Model.Description.Model.ImageSize);
        return [.. onnx.Predict(faces, cancellationToken).Select(row => Array.ConvertAll(order, place => row[place]))];
    }

    private PermanentStageException OtherClasses(EvaluationBasis basis) =>
        new(
            $"the dataset {basis.Dataset} {ClassList.Difference(Model.Description.Classes, basis.Faces.Manifest.Classes)}: measure "
                + "on faces with the model's classes"
        );

    private static byte[] InMemory(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return stream.ToArray();
    }
}
