using System.Text.Json;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Faces;
using SsFer.Inference.Drift;

namespace SsFer.Inference.Models;

/// <summary>Models of the store, loaded to be served: the file is the one that was evaluated, and it answers.</summary>
internal sealed class ModelLoader(IArtifactStore store, IOptions<InferenceOptions> options, TimeProvider time, ILogger<ModelLoader> logger)
{
    private OnnxDevice Device => options.Value.Device;

    /// <param name="id">Of the model.</param>
    /// <param name="version">Number of its promotion; null where it is asked for by its name, and for a candidate.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ExpressionModelException">It is not stored, is not the file that was evaluated, or does not load.</exception>
    public async Task<ServedPipeline> LoadAsync(string id, long? version, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(id, cancellationToken);
        if (!file.IsVerified)
        {
            logger.IsUnverified(id);
        }

        var pipeline = await Task.Run(() => Open(ExpressionModel.Load(file.Content, ServedModel.PathOf(id), Device)), cancellationToken);
        return Serve(pipeline, version, file.Card);
    }

    /// <summary>The model that comes with the program, which is no version of the store's.</summary>
    public async Task<ServedPipeline> LoadBuiltInAsync(CancellationToken cancellationToken)
    {
        var pipeline = await Task.Run(() => Open(BuiltInModel.Open(Device)), cancellationToken);
        return Serve(pipeline, version: null, BuiltInModel.ReadCard());
    }

    private ServedPipeline Serve(FaceExpressionPipeline pipeline, long? version, JsonElement? card)
    {
        var model = pipeline.Model.Description;
        if (pipeline.Model.WhyNotCuda is { } reason)
        {
            logger.RunsOnCpu(model.Id, reason);
        }

        var reference = PredictionReference.TryFind(card, model.Classes);
        if (reference is null)
        {
            logger.HasNoReference(model.Id);
        }

        var drift = reference is null ? null : new DriftWindow(reference, model.Classes, options.Value.DriftWindow, time);
        return new ServedPipeline(pipeline, new ServedVersion(version, time.GetUtcNow(), card, drift));
    }

    private async Task<ServedModelFile> ReadAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await ServedModelFile.ReadAsync(store, id, cancellationToken);
        }
        catch (ArtifactNotFoundException fault)
        {
            throw new ExpressionModelException($"{fault.Message}: promote a model that was evaluated by this version", fault);
        }
        catch (CorruptArtifactException fault)
        {
            throw new ExpressionModelException(fault.Message, fault);
        }
    }

    private FaceExpressionPipeline Open(ExpressionModel model)
    {
        try
        {
            return new FaceExpressionPipeline(model, options.Value);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
