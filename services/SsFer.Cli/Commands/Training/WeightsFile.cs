using System.Security.Cryptography;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Contracts;
using SsFer.Learning.Weights;
using SsFer.Planning;
using SsFer.Recipes;

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
        using (await Safetensors.ReadAsync(new MemoryStream(bytes), source, cancellationToken))
        {
            var path = $"{Containers.Checkpoints}/imported/{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}/{StageFiles.Weights}";
            await store.PutAsync(path, new MemoryStream(bytes), cancellationToken);
            return request with { StartWeights = path };
        }
    }
}
