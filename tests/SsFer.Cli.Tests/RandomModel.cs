using SsFer.Artifacts.Models;
using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Cli.Tests;

/// <summary>A small classifier of random weights for happiness and sadness, as a file.</summary>
internal static class RandomModel
{
    public static int Size => RecipeCatalog.Smoke.Model.ImageSize;

    public static async Task WriteAsync(string path, FacePreparation preparation, CancellationToken cancellationToken)
    {
        string[] classes = ["happiness", "sadness"];
        var settings = RecipeCatalog.Smoke.Model;
        var model = new VisionTransformer(settings, classes.Length);
        using var parameters = ParameterSet.Initialised(model.Layout, 1);
        var description = new ModelDescription
        {
            Model = settings,
            Normalisation = new Normalisation(),
            Classes = classes,
        };
        var metadata = new Dictionary<string, string>(description.ToMetadata().Append(preparation.ToMetadata()));
        await using var file = File.Create(path);
        await Safetensors.WriteAsync(file, NamedWeights.Of(parameters).ToDictionary(), metadata, cancellationToken);
    }
}
