namespace SsFer.Recipes.Tests;

public sealed class RecipeTests
{
    public static TheoryData<string> Names => [.. RecipeCatalog.All.Select(r => r.Name)];

    [Fact]
    public void Paper_EveryNumber_IsTheMethods()
    {
        // From the method's sections 0 to 3, typed once more.
        string[] expected =
        [
            "Name=paper",
            "Seed=0",
            "LabelNoise=0",
            "Model.Kind=ViT",
            "Model.ImageSize=224",
            "Model.PatchSize=16",
            "Model.Width=768",
            "Model.Depth=12",
            "Model.Heads=12",
            "Model.MlpRatio=4",
            "Model.ResNet.Width=32",
            "Model.ResNet.Levels=3",
            "Model.ResNet.Blocks=2",
            "Model.Baseline=ResNet18",
            "Decoder.Width=512",
            "Decoder.Depth=8",
            "Decoder.Heads=16",
            "Normalisation.Mean=0.588,0.459,0.402",
            "Normalisation.Std=0.228,0.202,0.19",
            "Pretraining.Epochs=600",
            "Pretraining.WarmupEpochs=50",
            "Pretraining.BatchSize=256",
            "Pretraining.LearningRate=0.00034",
            "Pretraining.MinLearningRate=0",
            "Pretraining.WarmupLearningRate=0",
            "Pretraining.MaskRatio=0.75",
            "Pretraining.NormalisePixels=True",
            .. Optimiser("Pretraining", decayAll: false),
            .. Crop("Pretraining"),
            "FineTuning.Epochs=100",
            "FineTuning.FewLabelsEpochs=1000",
            "FineTuning.FewLabels=500",
            "FineTuning.WarmupEpochs=5",
            "FineTuning.BatchSize=32",
            "FineTuning.LearningRate=0.0001",
            "FineTuning.MinLearningRate=1E-05",
            "FineTuning.WarmupLearningRate=5E-05",
            "FineTuning.LabelSmoothing=0.1",
            "FineTuning.Targets=Labels",
            "FineTuning.WeightAverage=0",
            "FineTuning.RandAugmentOperations=0",
            "FineTuning.RandAugmentMagnitude=9",
            "FineTuning.LogitAdjustment=0",
            "FineTuning.Mixing=FaceMix",
            "FineTuning.MixAlpha=1",
            "FineTuning.FaceMixLoss=L4",
            "FineTuning.Similarity=IntersectionOverUnion",
            .. Optimiser("FineTuning", decayAll: true),
            .. Crop("FineTuning"),
            "EmaTeacher.Method=EmaTeacher",
            "EmaTeacher.Epochs=50",
            "EmaTeacher.LabelledBatch=64",
            "EmaTeacher.UnlabelledBatch=64",
            "EmaTeacher.LearningRate=0.00015",
            "EmaTeacher.Teacher=Ema",
            "EmaTeacher.EmaDecay=0.999",
            "EmaTeacher.Threshold=0.7",
            "EmaTeacher.UnlabelledWeight=5",
            "EmaTeacher.RampUp=0",
            "EmaTeacher.Sharpening=1",
            "EmaTeacher.MixAlpha=0.5",
            "EmaTeacher.LogitAdjustment=0",
            "EmaTeacher.AlignDistribution=False",
            "EmaTeacher.RandAugment.Operations=2",
            "EmaTeacher.RandAugment.Magnitude=9",
            "EmaTeacher.RandAugment.MagnitudeStd=0.5",
            "EmaTeacher.RandAugment.Probability=0.5",
            .. Optimiser("EmaTeacher", decayAll: true),
            .. Crop("EmaTeacher"),
            "Execution.CheckpointSeconds=300",
            "Execution.CheckpointSteps=0",
            "Execution.Precision=Auto",
            "Execution.Threads=0",
            "Execution.LoaderThreads=0",
            "Execution.AccumulationSteps=1",
            "Execution.RecomputeActivations=False",
        ];
        Assert.Equal(expected, RecipeCatalog.Paper.Listing().Select(line => $"{line.Path}={line.Value}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Preset_EveryNumber_HasASourceAndHolds(string name)
    {
        var recipe = RecipeCatalog.Get(name);
        recipe.Validate();
        Assert.All(recipe.Listing(), line => Assert.True(line.Source.Length > 0 && line.Source != "set for this run", line.Path));
        Assert.Equal("ours: at most this much work is lost", recipe.Listing().Single(l => l.Path == "Execution.CheckpointSeconds").Source);
    }

    [Fact]
    public void Compact_ChangedNumbers_CarryTheirReason()
    {
        var lines = RecipeCatalog.Compact.Listing().ToDictionary(l => l.Path);
        Assert.Equal("48", lines["Model.ImageSize"].Value);
        Assert.StartsWith("ours", lines["Model.ImageSize"].Source, StringComparison.Ordinal);
        Assert.Equal("paper 4.2", lines["Pretraining.BatchSize"].Source);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ToJson_ThenFromJson_GivesTheSameRecipe(string name)
    {
        var recipe = RecipeCatalog.Get(name).With("Seed=18446744073709551615", "EmaTeacher.Teacher=Student");
        var read = Recipe.FromJson(recipe.ToJson());
        Assert.Equal(recipe.ToJson(), read.ToJson());
        Assert.Equal(recipe.Listing(), read.Listing());
        Assert.Equal(TeacherKind.Student, read.EmaTeacher.Teacher);
    }

    [Fact]
    public void With_ANamedMethod_TakesOverItsSettings_AndThoseGivenByThemselvesWin()
    {
        var fixMatch = RecipeCatalog.Compact.With("Method=fixmatch").EmaTeacher;
        var own = RecipeCatalog.Compact.With("EmaTeacher.Threshold=0.8", "Method=FixMatch", "EmaTeacher.LabelledBatch=16").EmaTeacher;
        var ours = RecipeCatalog.Compact.With("Method=FixMatch", "Method=EmaTeacher");

        Assert.Equal(
            (SemiSupervisedMethod.FixMatch, 0.95, 1.0, RecipeCatalog.Compact.EmaTeacher.EmaDecay, 7 * 64),
            (fixMatch.Method, fixMatch.Threshold, fixMatch.UnlabelledWeight, fixMatch.EmaDecay, fixMatch.UnlabelledBatch)
        );
        Assert.Equal((0.8, 16, 7 * 16), (own.Threshold, own.LabelledBatch, own.UnlabelledBatch));
        Assert.Equal(RecipeCatalog.Compact.ToJson(), ours.ToJson());
    }

    /// <summary>As the public configurations have it: weight, ramp, sharpening, unlabelled faces for a labelled one.</summary>
    [Theory]
    [InlineData("PiModel", 10, 0.4, 1, 1)]
    [InlineData("PseudoLabel", 1, 0.4, 1, 1)]
    [InlineData("MeanTeacher", 50, 0.4, 1, 1)]
    [InlineData("Vat", 1, 0.4, 1, 1)]
    [InlineData("Uda", 1, 0, 0.4, 7)]
    [InlineData("MixMatch", 10, 0.4, 0.5, 1)]
    [InlineData("ReMixMatch", 1, 1.0 / 64, 0.5, 1)]
    [InlineData("FixMatch", 1, 0, 1, 7)]
    [InlineData("FlexMatch", 1, 0, 1, 7)]
    [InlineData("CoMatch", 1, 0, 1, 7)]
    [InlineData("Ccssl", 1, 0, 1, 7)]
    public void With_ANamedMethod_HasItsOwnNumbers(string method, double weight, double ramp, double sharpening, int ratio)
    {
        var settings = RecipeCatalog.Compact.With($"Method={method}").EmaTeacher;

        Assert.Equal((weight, ramp, sharpening), (settings.UnlabelledWeight, settings.RampUp, settings.Sharpening));
        Assert.Equal(ratio * settings.LabelledBatch, settings.UnlabelledBatch);
    }

    [Theory]
    [InlineData("Method=FixMtch", "there is no semi-supervised method 'FixMtch': there are EmaTeacher, PiModel")]
    [InlineData("Method=3", "there is no semi-supervised method '3'")]
    public void With_AMethodThatIsNone_NamesThoseThereAre(string assignment, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<RecipeException>(() => RecipeCatalog.Compact.With(assignment)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("CoMatch", false)]
    [InlineData("FixMatch", true)]
    public void With_MicroBatches_IsRefusedForAMethodThatNeedsTheBatchWhole(string method, bool can)
    {
        string[] settings = [$"Method={method}", "Execution.AccumulationSteps=2"];
        if (can)
        {
            Assert.Equal(2, RecipeCatalog.Compact.With(settings).Execution.AccumulationSteps);
            return;
        }

        var fault = Assert.Throws<RecipeException>(() => RecipeCatalog.Compact.With(settings));
        Assert.Contains("EmaTeacher.Method = CoMatch needs it whole", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EmaTeacher.LogitAdjustment = 1 is of the labelled faces' own loss", "Method=MixMatch", "EmaTeacher.LogitAdjustment=1")]
    [InlineData("EmaTeacher.Method = FixMatch has ways of its own", "Method=FixMatch", "EmaTeacher.AlignDistribution=true")]
    [InlineData("needs it whole: set it to 1", "Execution.AccumulationSteps=2", "EmaTeacher.AlignDistribution=true")]
    [InlineData("a ResNet18 normalises by its batch: it needs two", "Model=ResNet18", "Execution.AccumulationSteps=32")]
    public void Settings_ThatDoNotGoTogether_AreNamed(string message, params string[] settings) =>
        Assert.Contains(
            message,
            Assert.Throws<RecipeException>(() => RecipeCatalog.Compact.With(settings)).Message,
            StringComparison.Ordinal
        );

    /// <summary>A run's name is a hash of this text, so a setting that came later must not stand in it where it is not used.</summary>
    [Fact]
    public void ToJson_OfSettingsThatCameLater_LeavesThemOutAtTheirDefault()
    {
        string[] later =
        [
            "Kind",
            "ResNet",
            "Targets",
            "WeightAverage",
            "RandAugmentOperations",
            "RandAugmentMagnitude",
            "Method",
            "RampUp",
            "Sharpening",
        ];
        var paper = RecipeCatalog.Paper.ToJson();
        var changed = RecipeCatalog.Paper.With("Model.Kind=ResNet", "Model.ResNet.Width=16", "FineTuning.Targets=Votes");

        Assert.All(later, key => Assert.DoesNotContain($"\"{key}\"", paper, StringComparison.Ordinal));
        Assert.Equal(ModelKind.ViT, Recipe.FromJson(paper).Model.Kind);
        Assert.Contains("\"Width\": 16", changed.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"Levels\"", changed.ToJson(), StringComparison.Ordinal);
        Assert.Equal(changed.Listing(), Recipe.FromJson(changed.ToJson()).Listing());
    }

    [Theory]
    [InlineData(50, 3, "Model.ResNet.Levels = 3 halve the side as often, and 8 does not divide Model.ImageSize = 50")]
    [InlineData(48, 5, "Model.ResNet.Levels = 5 halve the side as often, and 32 does not divide Model.ImageSize = 48")]
    public void With_ResNetOfASideThatCannotBeHalved_SaysSo(int side, int levels, string message) =>
        Assert.Equal(
            message,
            Assert
                .Throws<RecipeException>(() => RecipeCatalog.Served.With($"Model.ImageSize={side}", $"Model.ResNet.Levels={levels}"))
                .Message
        );

    [Fact]
    public void With_ResNet_IsNotHeldToThePatchesOfAViT() =>
        Assert.Equal(40, RecipeCatalog.Served.With("Model.ImageSize=40").Model.ImageSize);

    [Fact]
    public void With_SeveralKinds_ReplacesThemAndLeavesTheRest()
    {
        var recipe = RecipeCatalog.Paper.With(
            "FineTuning.Epochs=30",
            " FineTuning.LearningRate = 2.5e-4",
            "FineTuning.Mixing=mixup",
            "EmaTeacher.Optimiser.DecayAllParameters=false",
            "Normalisation.Mean=0.1, 0.2,0.3"
        );
        Assert.Equal(30, recipe.FineTuning.Epochs);
        Assert.Equal(2.5e-4, recipe.FineTuning.LearningRate);
        Assert.Equal(MixingKind.Mixup, recipe.FineTuning.Mixing);
        Assert.False(recipe.EmaTeacher.Optimiser.DecayAllParameters);
        Assert.Equal([0.1, 0.2, 0.3], recipe.Normalisation.Mean);
        Assert.Equal(
            [
                "Normalisation.Mean",
                "FineTuning.Epochs",
                "FineTuning.LearningRate",
                "FineTuning.Mixing",
                "EmaTeacher.Optimiser.DecayAllParameters",
            ],
            recipe.Listing().Where(l => l.Source == "set for this run").Select(l => l.Path)
        );
    }

    [Fact]
    public void With_ValuesThatFitOnlyTogether_AreCheckedOnceAfterAll() =>
        Assert.Equal(14, RecipeCatalog.Smoke.With("Model.PatchSize=14", "Model.ImageSize=56").Model.PatchSize);

    [Fact]
    public void StructuralSimilarity_OfPicturesSmallerThanItsWindow_IsRefused()
    {
        string[] small = ["Model.ImageSize=10", "Model.PatchSize=5", "FineTuning.Similarity=StructuralSimilarity"];

        var refusal = Assert.Throws<RecipeException>(() => RecipeCatalog.Smoke.With(small));

        Assert.Contains("windows of 11 pixels, more than Model.ImageSize = 10", refusal.Message, StringComparison.Ordinal);
        RecipeCatalog.Smoke.With([.. small[..2], "FineTuning.Similarity=FeatureSimilarity"]);
    }

    [Theory]
    [InlineData("FineTuning.Epoch=30", "unknown key 'FineTuning.Epoch': did you mean FineTuning.Epochs?")]
    [InlineData("finetuning.mixing=None", "unknown key 'finetuning.mixing': did you mean FineTuning.Mixing?")]
    [InlineData("FineTuning.Epochs", "'FineTuning.Epochs' is not of the form Path=Value, such as FineTuning.Epochs=30")]
    [InlineData("FineTuning.Epochs=many", "FineTuning.Epochs: 'many' is not a whole number")]
    [InlineData("FineTuning.Epochs=3.5", "FineTuning.Epochs: '3.5' is not a whole number")]
    [InlineData("FineTuning.Epochs=0", "FineTuning.Epochs = 0 is out of range: it must be from 1 to 100000")]
    [InlineData("FineTuning.LearningRate=NaN", "FineTuning.LearningRate: 'NaN' is not a number")]
    [InlineData("FineTuning.Mixing=CutMix", "FineTuning.Mixing: 'CutMix' is not one of None, Mixup, FaceMix")]
    [InlineData("FineTuning.Mixing=1", "FineTuning.Mixing: '1' is not one of None, Mixup, FaceMix")]
    [InlineData("Pretraining.NormalisePixels=2", "Pretraining.NormalisePixels: '2' is not true or false")]
    [InlineData("Normalisation.Std=0.2,x,0.2", "Normalisation.Std: '0.2,x,0.2' is not a list of numbers")]
    [InlineData("Normalisation.Std=0.2,0.2", "Normalisation.Std must be three numbers above 0 and at most 1")]
    [InlineData("Model.PatchSize=15", "Model.PatchSize = 15 does not divide Model.ImageSize = 224")]
    [InlineData("Model.Heads=7", "Model.Heads = 7 does not divide Model.Width = 768")]
    [InlineData("Pretraining.WarmupEpochs=601", "Pretraining.WarmupEpochs = 601 is longer than Pretraining.Epochs = 600")]
    [InlineData("FineTuning.MinLearningRate=0.5", "FineTuning.MinLearningRate = 0.5 is above FineTuning.LearningRate = 0.0001")]
    [InlineData(
        "Pretraining.MaskRatio=0",
        "Pretraining.MaskRatio = 0 leaves 196 of 196 patches visible: at least one must be visible and one removed"
    )]
    [InlineData(
        "Pretraining.Optimiser.GradientClip=-1",
        "Pretraining.Optimiser.GradientClip = -1 is out of range: it must be from 0 to 1000000"
    )]
    [InlineData("Execution.AccumulationSteps=3", "Execution.AccumulationSteps = 3 does not divide Pretraining.BatchSize = 256")]
    [InlineData("Execution.AccumulationSteps=64", "Execution.AccumulationSteps = 64 does not divide FineTuning.BatchSize = 32")]
    [InlineData(
        "Execution.AccumulationSteps=32",
        "Execution.AccumulationSteps = 32 leaves 1 of FineTuning.BatchSize = 32 at a time: FineTuning.Mixing = FaceMix pairs "
            + "them, so it must be an even number"
    )]
    public void With_BadAssignment_SaysSoInOneLine(string assignment, string message) =>
        Assert.Equal(message, Assert.Throws<RecipeException>(() => RecipeCatalog.Paper.With(assignment)).Message);

    [Theory]
    [InlineData("\"Epochs\": 600", "\"Epoch\": 600", "unknown key 'Pretraining.Epoch': did you mean Pretraining.Epochs?")]
    [InlineData("\"Epochs\": 600,", "", "the recipe lacks the key 'Pretraining.Epochs'")]
    [InlineData(
        "\"Epochs\": 600",
        "\"Epochs\": \"600\"",
        "the recipe's 'Pretraining.Epochs' has a value of the wrong kind: expected a whole number"
    )]
    [InlineData(
        "\"Epochs\": 600",
        "\"Epochs\": null",
        "the recipe's 'Pretraining.Epochs' has a value of the wrong kind: expected a whole number"
    )]
    [InlineData("\"Epochs\": 600", "\"Epochs\": -1", "Pretraining.Epochs = -1 is out of range: it must be from 1 to 100000")]
    [InlineData(
        "\"Mixing\": \"FaceMix\"",
        "\"Mixing\": \"CutMix\"",
        "the recipe's 'FineTuning.Mixing' has a value of the wrong kind: expected one of None, Mixup, FaceMix"
    )]
    [InlineData("\"Seed\": 0", "\"Seed\": {}", "the recipe lacks the key 'Seed'")]
    [InlineData("\"Name\": \"paper\"", "\"Name\": null", "Name has no value")]
    public void FromJson_DamagedRecipe_NamesTheKey(string part, string replacement, string message)
    {
        var json = RecipeCatalog.Paper.ToJson();
        Assert.Contains(part, json, StringComparison.Ordinal);
        Assert.Equal(
            message,
            Assert.Throws<RecipeException>(() => Recipe.FromJson(json.Replace(part, replacement, StringComparison.Ordinal))).Message
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"Name\": \"paper\"")]
    [InlineData("{\"Name\": \"a\", \"Name\": \"b\"}")]
    public void FromJson_NotARecipe_IsRefused(string json) => Assert.Throws<RecipeException>(() => Recipe.FromJson(json));

    [Fact]
    public void Get_UnknownPreset_NamesThemAll() =>
        Assert.Equal(
            "unknown recipe 'papr': there are paper, compact, served, demo, smoke",
            Assert.Throws<RecipeException>(() => RecipeCatalog.Get("papr")).Message
        );

    [Theory]
    [InlineData(499, 1000)]
    [InlineData(500, 100)]
    public void EpochsFor_FewLabels_TrainsLonger(int labels, int epochs) =>
        Assert.Equal(epochs, RecipeCatalog.Paper.FineTuning.EpochsFor(labels));

    private static string[] Optimiser(string stage, bool decayAll) =>
        [
            $"{stage}.Optimiser.Beta1=0.9",
            $"{stage}.Optimiser.Beta2=0.95",
            $"{stage}.Optimiser.Epsilon=1E-08",
            $"{stage}.Optimiser.WeightDecay=0.05",
            $"{stage}.Optimiser.DecayAllParameters={decayAll}",
            $"{stage}.Optimiser.GradientClip=0",
        ];

    private static string[] Crop(string stage) =>
        [
            $"{stage}.Crop.ScaleMin=0.2",
            $"{stage}.Crop.ScaleMax=1",
            $"{stage}.Crop.RatioMin=0.75",
            $"{stage}.Crop.RatioMax=1.3333333333333333",
            $"{stage}.Crop.FlipProbability=0.5",
        ];
}
