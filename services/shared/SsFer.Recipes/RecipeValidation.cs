using System.Globalization;
using SsFer.Recipes.Baselines;

namespace SsFer.Recipes;

/// <summary>What a recipe may hold: each value in its range, and the values fitting each other.</summary>
internal static class RecipeValidation
{
    /// <exception cref="RecipeException">Names the first key that does not hold, its value and what it may be.</exception>
    public static void Check(Recipe recipe)
    {
        foreach (var setting in RecipeSchema.Settings)
        {
            if (setting.Read(recipe) is null)
            {
                throw new RecipeException($"{setting.Path} has no value");
            }

            if (setting.Range is not { } range)
            {
                continue;
            }

            var value = Convert.ToDouble(setting.Read(recipe), CultureInfo.InvariantCulture);
            var minimum = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
            var maximum = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
            if (!(value >= minimum && value <= maximum))
            {
                throw new RecipeException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{setting.Path} = {value} is out of range: it must be from {minimum} to {maximum}"
                    )
                );
            }
        }

        CheckModel(recipe);
        CheckNormalisation(recipe.Normalisation);
        CheckWarmup("Pretraining", recipe.Pretraining.WarmupEpochs, "Epochs", recipe.Pretraining.Epochs);
        CheckWarmup("FineTuning", recipe.FineTuning.WarmupEpochs, "Epochs", recipe.FineTuning.Epochs);
        CheckWarmup("FineTuning", recipe.FineTuning.WarmupEpochs, "FewLabelsEpochs", recipe.FineTuning.FewLabelsEpochs);
        CheckRates("Pretraining", recipe.Pretraining.MinLearningRate, recipe.Pretraining.LearningRate);
        CheckRates("FineTuning", recipe.FineTuning.MinLearningRate, recipe.FineTuning.LearningRate);
        CheckAccumulation(recipe);
        CheckImbalance(recipe.EmaTeacher, recipe.Execution.AccumulationSteps);
        CheckSimilarity(recipe);
        CheckCrop("Pretraining", recipe.Pretraining.Crop);
        CheckCrop("FineTuning", recipe.FineTuning.Crop);
        CheckCrop("EmaTeacher", recipe.EmaTeacher.Crop);
    }

    private static void CheckModel(Recipe recipe)
    {
        switch (recipe.Model.Kind)
        {
            case ModelKind.ViT:
                CheckTransformer(recipe);
                break;
            case ModelKind.ResNet:
                CheckResNet(recipe.Model);
                break;
            case ModelKind.Baseline:
                CheckBaseline(recipe.Model);
                break;
            case var other:
                throw new RecipeException($"Model.Kind = {other} is not known");
        }
    }

    private static void CheckResNet(ModelSettings model)
    {
        var halvings = 1 << model.ResNet.Levels;
        Require(
            model.ImageSize % halvings == 0,
            $"Model.ResNet.Levels = {model.ResNet.Levels} halve the side as often, and {halvings} does not divide Model.ImageSize = "
                + $"{model.ImageSize}"
        );
    }

    private static void CheckBaseline(ModelSettings model) =>
        Require(
            model.ImageSize >= BaselineShape.SmallestSide,
            $"Model.Baseline = {model.Baseline} halves the side five times: Model.ImageSize = {model.ImageSize} must be at least "
                + $"{BaselineShape.SmallestSide}"
        );

    private static void CheckTransformer(Recipe recipe)
    {
        var model = recipe.Model;
        Require(
            model.ImageSize % model.PatchSize == 0,
            $"Model.PatchSize = {model.PatchSize} does not divide Model.ImageSize = {model.ImageSize}"
        );
        CheckWidth("Model", model.Width, model.Heads);
        CheckWidth("Decoder", recipe.Decoder.Width, recipe.Decoder.Heads);
        var patches = model.ImageSize / model.PatchSize * (model.ImageSize / model.PatchSize);
        var visible = MaskRatio.VisibleCount(patches, recipe.Pretraining.MaskRatio);
        Require(
            visible >= 1 && visible < patches,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Pretraining.MaskRatio = {recipe.Pretraining.MaskRatio} leaves {visible} of {patches} patches visible: at "
                    + $"least one must be visible and one removed"
            )
        );
    }

    private static void CheckWidth(string group, int width, int heads)
    {
        Require(width % heads == 0, $"{group}.Heads = {heads} does not divide {group}.Width = {width}");
        Require(width % 4 == 0, $"{group}.Width = {width} is not a multiple of 4, which sin-cos positions need");
    }

    private static void CheckNormalisation(Normalisation normalisation)
    {
        Require(
            normalisation.Mean.Count == 3 && normalisation.Mean.All(m => m is >= 0 and <= 1),
            "Normalisation.Mean must be three numbers from 0 to 1"
        );
        Require(
            normalisation.Std.Count == 3 && normalisation.Std.All(s => s is > 0 and <= 1),
            "Normalisation.Std must be three numbers above 0 and at most 1"
        );
    }

    private static void CheckWarmup(string group, int warmup, string name, int epochs) =>
        Require(warmup <= epochs, $"{group}.WarmupEpochs = {warmup} is longer than {group}.{name} = {epochs}");

    private static void CheckRates(string group, double minimum, double peak) =>
        Require(
            minimum <= peak,
            string.Create(CultureInfo.InvariantCulture, $"{group}.MinLearningRate = {minimum} is above {group}.LearningRate = {peak}")
        );

    private static void CheckAccumulation(Recipe recipe)
    {
        var steps = recipe.Execution.AccumulationSteps;
        (string Path, int Size)[] batches =
        [
            ("Pretraining.BatchSize", recipe.Pretraining.BatchSize),
            ("FineTuning.BatchSize", recipe.FineTuning.BatchSize),
            ("EmaTeacher.LabelledBatch", recipe.EmaTeacher.LabelledBatch),
            ("EmaTeacher.UnlabelledBatch", recipe.EmaTeacher.UnlabelledBatch),
        ];
        foreach (var (path, size) in batches)
        {
            Require(size % steps == 0, $"Execution.AccumulationSteps = {steps} does not divide {path} = {size}");
        }

        var method = recipe.EmaTeacher.Method;
        Require(
            steps == 1 || !method.NeedsWholeBatches(),
            $"Execution.AccumulationSteps = {steps} takes a batch in parts, and EmaTeacher.Method = {method} needs it whole: set it to 1, "
                + "and a smaller EmaTeacher.UnlabelledBatch where memory is short"
        );
        Require(
            recipe.Model.Kind != ModelKind.Baseline || recipe.FineTuning.BatchSize / steps > 1,
            $"Execution.AccumulationSteps = {steps} leaves one of FineTuning.BatchSize = {recipe.FineTuning.BatchSize} at a time, and a "
                + $"{recipe.Model.NetworkName} normalises by its batch: it needs two at least"
        );
        var mixed = recipe.FineTuning.BatchSize / steps;
        Require(
            steps == 1 || recipe.FineTuning.Mixing == MixingKind.None || mixed % 2 == 0,
            $"Execution.AccumulationSteps = {steps} leaves {mixed} of FineTuning.BatchSize = {recipe.FineTuning.BatchSize} at a "
                + $"time: FineTuning.Mixing = {recipe.FineTuning.Mixing} pairs them, so it must be an even number"
        );
    }

    private static void CheckImbalance(EmaTeacherSettings settings, int steps)
    {
        Require(
            settings.LogitAdjustment == 0 || !settings.Method.MixesLabelledFaces(),
            string.Create(
                CultureInfo.InvariantCulture,
                $"EmaTeacher.LogitAdjustment = {settings.LogitAdjustment} is of the labelled faces' own loss, and EmaTeacher.Method = "
                    + $"{settings.Method} mixes them with others: set it to 0, or choose another method"
            )
        );
        Require(
            !settings.AlignDistribution || settings.Method == SemiSupervisedMethod.EmaTeacher,
            $"EmaTeacher.AlignDistribution is of the paper's EMA teacher, and EmaTeacher.Method = {settings.Method} has ways of its own: "
                + "set it to false"
        );
        Require(
            !settings.AlignDistribution || steps == 1,
            $"Execution.AccumulationSteps = {steps} takes a batch in parts, and EmaTeacher.AlignDistribution needs it whole: set it to 1"
        );
    }

    private static void CheckSimilarity(Recipe recipe) =>
        Require(
            recipe.FineTuning.Similarity != FaceSimilarity.StructuralSimilarity
                || recipe.Model.ImageSize >= FaceSimilarityLimits.StructureWindow,
            $"FineTuning.Similarity = {recipe.FineTuning.Similarity} looks at windows of {FaceSimilarityLimits.StructureWindow} "
                + $"pixels, more than Model.ImageSize = {recipe.Model.ImageSize}"
        );

    private static void CheckCrop(string group, CropSettings crop)
    {
        Require(crop.ScaleMin <= crop.ScaleMax, $"{group}.Crop.ScaleMin is above {group}.Crop.ScaleMax");
        Require(crop.RatioMin <= crop.RatioMax, $"{group}.Crop.RatioMin is above {group}.Crop.RatioMax");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new RecipeException(otherwise);
        }
    }
}
