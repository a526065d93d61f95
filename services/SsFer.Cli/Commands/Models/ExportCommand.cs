using System.CommandLine;
using SsFer.Evaluation;
using SsFer.Learning.Weights;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>export MODEL --weights FILE</c>: a model for other tools, under timm's keys.</summary>
internal static class ExportCommand
{
    private static readonly Option<FileInfo> Weights = new("--weights") { Description = "File to write (safetensors, timm's keys)", HelpName = "FILE", Required = true };

    public static Command Create() => new Command("export", "Writes a model's weights to a file") { ModelArguments.Model, Weights }.Does(async (session, arguments, cancellationToken) =>
    {
        using var model = await StoredModel.OpenAsync(session.Store, arguments.GetValue(ModelArguments.Model)!, cancellationToken);
        var file = arguments.GetValue(Weights)!;
        string partial = $"{file.FullName}.partial";
        try
        {
            await using (var stream = File.Create(partial))
                await Safetensors.WriteAsync(stream, model.Weights.Tensors, model.Weights.Metadata, cancellationToken);
            File.Move(partial, file.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }

        session.Terminal.Show(new { model = model.Name, file = file.ToString(), parameters = model.Weights.Tensors.Count }, output => output.WriteLine($"{file}: {model.Weights.Tensors.Count} tensors"));
    });
}
