using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Planning;

namespace SsFer.Cli.Commands.Training;

/// <summary>What a command line names to start from: a run, or a file of weights, which is checked and copied into the store.</summary>
internal static class WeightsFile
{
    /// <exception cref="UsageException">The text looks like a file, and there is none.</exception>
    /// <exception cref="WeightsException">The file is not one of weights.</exception>
    public static async Task<RunRequest> StartFromAsync(
        this RunRequest request,
        string? source,
        IArtifactStore store,
        CancellationToken cancellationToken
    )
    {
        if (source is null)
        {
            return request;
        }

        if (!File.Exists(source))
        {
            return
                source.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
                || source.EndsWith(".safetensors", StringComparison.Ordinal)
                ? throw new UsageException($"there is no weights file '{source}'")
                : request with
                {
                    StartRun = source,
                };
        }

        var bytes = await File.ReadAllBytesAsync(source, cancellationToken);
        using var content = await Safetensors.ReadAsync(new MemoryStream(bytes), source, cancellationToken);
        if (request.Stages[0] == StageKind.FineTuning && ModelDescription.TryFind(content.Metadata, source) is null)
        {
            // What tells its model is held against that while the run is planned.
            await ComputeThread.RunAsync(() => FineTuningTask.RequireEncoder(request.Recipe.Model, content.Tensors, source));
        }

        return request with
        {
            StartWeights = await ImportedWeights.PutAsync(store, bytes, content.Metadata, cancellationToken),
        };
    }
}
