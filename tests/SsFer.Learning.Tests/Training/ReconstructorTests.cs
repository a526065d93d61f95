using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Training;

public sealed class ReconstructorTests
{
    private const int Count = 3;

    [Fact]
    public void Reconstruct_DecoderThatPredictsZero_LeavesVisiblePatchesAndPaintsTheOthersInTheirMean()
    {
        var model = TrainingCase.Recipe.Model;
        using var weights = Weights();
        using (no_grad())
        {
            foreach (
                var (key, values) in NamedWeights.Of(weights).Where(pair => pair.Key.StartsWith("decoder_pred", StringComparison.Ordinal))
            )
            {
                values.zero_();
            }
        }

        using var reconstructor = new Reconstructor(TrainingCase.Recipe, NamedWeights.Of(weights).ToDictionary(), "mae", TrainingCase.Fp32);
        var faces = Faces();

        var (pixels, removed) = reconstructor.Reconstruct(faces, seed: 4);

        Assert.Equal(Count * model.PatchCount, removed.Length);
        Assert.All(Enumerable.Range(0, Count), n =>
            Assert.Equal(model.PatchCount * 3 / 4, removed.Skip(n * model.PatchCount).Take(model.PatchCount).Count(hidden => hidden))
        );
        for (var patch = 0; patch < removed.Length; patch++)
        {
            float[] before = [.. PatchOf(faces.Pixels, patch)],
                after = [.. PatchOf(pixels, patch)];
            if (removed[patch])
            {
                Assert.All(after, value => Assert.Equal(before.Average(), value, 3e-3));
            }
            else
            {
                Assert.Equal(before, after);
            }
        }
    }

    [Fact]
    public void Reconstruct_OfAnEncoderAlone_IsRefusedAndNamesWhatIsMissing()
    {
        using var encoder = ParameterSet.Initialised(new VisionTransformer(TrainingCase.Recipe.Model, 4).Layout, 1);

        var refusal = Assert.Throws<WeightsException>(() =>
            new Reconstructor(TrainingCase.Recipe, NamedWeights.Of(encoder).ToDictionary(), "vit", TrainingCase.Fp32)
        );

        Assert.Contains("mask_token", refusal.Message, StringComparison.Ordinal);
    }

    private static ParameterSet Weights() =>
        ParameterSet.Initialised(new MaskedAutoencoder(TrainingCase.Recipe.Model, TrainingCase.Recipe.Decoder).Layout, 2);

    private static FaceBatch Faces() =>
        FaceBatch.Render(
            new SyntheticFaces(Count, 4),
            new EvaluationView(TrainingCase.Recipe.Model.ImageSize, TrainingCase.Recipe.Normalisation),
            [.. Enumerable.Range(0, Count).Select(index => (index, default(ViewKey)))]
        );

    /// <summary>The values of a patch, counted through all pictures.</summary>
    private static IEnumerable<float> PatchOf(float[] pixels, int patch)
    {
        var model = TrainingCase.Recipe.Model;
        var (n, index) = Math.DivRem(patch, model.PatchCount);
        for (var channel = 0; channel < 3; channel++)
        {
            for (var i = 0; i < model.PatchSize * model.PatchSize; i++)
            {
                int row = (index / model.Grid * model.PatchSize) + (i / model.PatchSize),
                    column = (index % model.Grid * model.PatchSize) + (i % model.PatchSize);
                yield return pixels[(((((n * 3) + channel) * model.ImageSize) + row) * model.ImageSize) + column];
            }
        }
    }
}
