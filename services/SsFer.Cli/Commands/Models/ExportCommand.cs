using System.CommandLine;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.Learning.Weights;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>export MODEL --weights FILE --onnx FILE</c>: a model for other tools, under timm's keys or as a graph.</summary>
internal static class ExportCommand
{
    private static readonly Option<FileInfo?> Weights = new("--weights")
    {
        Description = "File to write: safetensors, timm's keys",
        HelpName = "FILE",
    };

    private static readonly Option<FileInfo?> Onnx = new("--onnx")
    {
        Description = "File to write: ONNX, pictures in [0, 1] to logits and probabilities",
        HelpName = "FILE",
    };

    public static Command Create() =>
        new Command("export", "Writes a model to a file") { ModelArguments.Model, Weights, Onnx }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var (weights, onnx) = (arguments.GetValue(Weights), arguments.GetValue(Onnx));
                if (weights is null && onnx is null)
                {
                    throw new UsageException("nothing to export to: name a file with --weights FILE (safetensors) or --onnx FILE");
                }

                foreach (var (file, option) in new[] { (weights, Weights), (onnx, Onnx) })
                {
                    if (file is not null)
                    {
                        OutputFile.Check(file.ToString(), "the model", option.Name);
                    }
                }

                if (weights?.FullName == onnx?.FullName)
                {
                    throw new UsageException($"--weights and --onnx both name '{onnx}', and one would overwrite the other: name two files");
                }

                using var model = await StoredModel.OpenAsync(session.Store, arguments.GetValue(ModelArguments.Model)!, cancellationToken);
                if (weights is not null)
                {
                    await WriteAsync(weights, stream =>
                        Safetensors.WriteAsync(stream, model.Weights.Tensors, model.Weights.Metadata, cancellationToken)
                    );
                }

                if (onnx is not null)
                {
                    await WriteAsync(onnx, stream =>
                        Task.Run(
                            () => OnnxModelFile.Write(stream, IdOf(model.Name), model.Weights, model.Preparation, model.Temperature),
                            cancellationToken
                        )
                    );
                }

                session.Terminal.Show(
                    new
                    {
                        model = model.Name,
                        weights = weights?.ToString(),
                        onnx = onnx?.ToString(),
                        tensors = model.Weights.Tensors.Count,
                    },
                    output =>
                    {
                        if (weights is not null)
                        {
                            output.WriteLine($"{weights}: {model.Weights.Tensors.Count} tensors");
                        }

                        if (onnx is not null)
                        {
                            output.WriteLine(
                                $"{onnx}: {model.Description.Model.ImageSize} pixels to {model.Description.Classes.Count} classes"
                            );
                        }
                    }
                );
            }
        );

    private static string IdOf(string model) =>
        model.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(model) : model;

    /// <summary>A file of this name is whole or as it was before.</summary>
    private static async Task WriteAsync(FileInfo file, Func<Stream, Task> write)
    {
        var partial = $"{file.FullName}.partial";
        try
        {
            await using (var stream = File.Create(partial))
            {
                await write(stream);
            }

            File.Move(partial, file.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
