using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Evaluation;
using SsFer.Inference.Models;

namespace SsFer.Cli.Commands.Models;

/// <summary>A model as the endpoint serves it, so that the terminal gives the endpoint's answers.</summary>
internal static class ModelForPictures
{
    private const string OnnxExtension = ".onnx";

    /// <param name="store">Where models are.</param>
    /// <param name="model">Id of a model in the store, or a .safetensors or .onnx file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ExpressionModelException">The file is damaged or not a classifier of SsFer's.</exception>
    /// <exception cref="CorruptArtifactException">The store's file is not the one that was evaluated.</exception>
    /// <exception cref="ModelNotFoundException">Neither a model nor a file has this name.</exception>
    public static async Task<ExpressionModel> OpenAsync(IArtifactStore store, string model, CancellationToken cancellationToken)
    {
        if (File.Exists(model) && Path.GetExtension(model).Equals(OnnxExtension, StringComparison.OrdinalIgnoreCase))
        {
            return ExpressionModel.Load(await File.ReadAllBytesAsync(model, cancellationToken), model);
        }

        if (!File.Exists(model) && await TryReadServedAsync(store, model, cancellationToken) is { } served)
        {
            return ExpressionModel.Load(served.Content, ServedModel.PathOf(model));
        }

        using var stored = await StoredModel.OpenAsync(store, model, cancellationToken);
        using var file = new MemoryStream();
        OnnxModelFile.Write(file, stored.Name, stored.Weights, stored.Preparation, stored.Temperature);
        return ExpressionModel.Load(file.ToArray(), stored.Name);
    }

    /// <summary>Whether the store has a model of this id.</summary>
    public static async Task<bool> IsStoredAsync(IArtifactStore store, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ExistsAsync(ModelPaths.Card(id), cancellationToken);
        }
        catch (Exception fault) when (fault is ArtifactNameException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The file that the endpoint would serve; null where the store has none, as of a model that was not evaluated.</summary>
    /// <exception cref="CorruptArtifactException">It is not the file that was evaluated.</exception>
    private static async Task<ServedModelFile?> TryReadServedAsync(IArtifactStore store, string model, CancellationToken cancellationToken)
    {
        try
        {
            return await ServedModelFile.ReadAsync(store, model, cancellationToken);
        }
        catch (Exception fault) when (fault is ArtifactNotFoundException or ArtifactNameException or ArgumentException)
        {
            return null;
        }
    }
}
