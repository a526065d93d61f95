using System.Text.Json;

namespace SsFer.Cli.Tests.Training;

[Trait("Category", "Slow")]
public sealed class TrainingCommandTests : IAsyncLifetime
{
    private TrainingMaterial _material = null!;

    public async ValueTask InitializeAsync() => _material = await TrainingMaterial.CreateAsync();

    [Fact]
    public async Task Train_ThenEvaluatePredictAndExport_TellTheSameModel()
    {
        var train = await _material.RunAsync(
            TrainingMaterial.Train(".ssfer", "--set", "FineTuning.FewLabelsEpochs=40", "--set", "FineTuning.LearningRate=0.003")
        );
        train.AssertDone();
        var teacher = Evaluation(train.Json, "teacher");
        Assert.Equal(
            ["classifier", "student", "teacher"],
            train.Json.GetProperty("evaluations").EnumerateArray().Select(e => e.GetProperty("model").GetString())
        );
        Assert.True(teacher.GetProperty("accuracy").GetDouble() > 0.8, "bright and dark are told apart");

        var evaluate = await _material.RunAsync("evaluate", "r", "--dataset", "mini:validation", "--json");
        evaluate.AssertDone();
        Assert.True(
            JsonElement.DeepEquals(teacher.GetProperty("rules"), evaluate.Json.GetProperty("rules")),
            "the same model on the same faces has the same figures"
        );

        (await _material.RunAsync("export", "r", "--weights", "r.safetensors", "--onnx", "r.onnx")).AssertDone();
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(_material.Root, ".ssfer/models/r/model.onnx")),
            File.ReadAllBytes(Path.Combine(_material.Root, "r.onnx"))
        );
        (await _material.RunAsync("export", "r")).AssertFailed(2, "--weights", "--onnx");

        // The file tells which faces it has seen, wherever it is given back.
        Assert.Empty(evaluate.Json.GetProperty("learned").EnumerateArray());
        Assert.DoesNotContain("warning", evaluate.Error, StringComparison.Ordinal);
        foreach (var model in (string[])["r", "r.safetensors"])
        {
            var known = await _material.RunAsync("evaluate", model, "--dataset", "mini:train", "--report", "seen.html", "--json");
            known.AssertDone();
            var learned = Assert.Single(known.Json.GetProperty("learned").EnumerateArray());
            Assert.Equal(("r", 80), (learned.GetProperty("run").GetString(), learned.GetProperty("count").GetInt32()));
            Assert.Contains("warning: run r learned from mini:train, which has 80 of these faces", known.Error, StringComparison.Ordinal);
            Assert.Contains(
                "which has 80 of these faces",
                File.ReadAllText(Path.Combine(_material.Root, "seen.html")),
                StringComparison.Ordinal
            );
        }

        string[] turned = ["--labelled", "mini:validation", "--validation", "mini:train", "--recipe", "smoke"];
        (await _material.RunAsync(["finetune", "--encoder", "r.safetensors", .. turned])).AssertFailed(
            2,
            "have seen faces that are to be evaluated on: run r learned from mini:train"
        );

        // Trained on whole pictures (--detector none), the model looks at whole pictures without being told to.
        var predict = await _material.RunAsync("predict", "r.safetensors", "images/fer0000000.png", "images/none.png", "--json");
        Assert.Equal(1, predict.ExitCode); // one of the two is not there
        var told = await _material.RunAsync("predict", "r", "images/fer0000000.png", "images/none.png", "--detector", "none", "--json");
        var (seen, missing) = (predict.Json.GetProperty("pictures")[0], predict.Json.GetProperty("pictures")[1]);
        Assert.True(JsonElement.DeepEquals(told.Json.GetProperty("pictures")[0], seen));
        Assert.Equal(
            1,
            seen.GetProperty("faces")[0].GetProperty("probabilities").EnumerateArray().Sum(p => p.GetProperty("probability").GetDouble()),
            2
        );
        Assert.Contains("none.png", missing.GetProperty("message").GetString(), StringComparison.Ordinal);

        var again = await _material.RunAsync(
            TrainingMaterial.Train(".ssfer", "--set", "FineTuning.FewLabelsEpochs=40", "--set", "FineTuning.LearningRate=0.003")
        );
        again.AssertDone();
        Assert.DoesNotContain("resumes", again.Error, StringComparison.Ordinal);
        Assert.Equal(train.Json.GetRawText(), again.Json.GetRawText());
    }

    [Fact]
    public async Task Train_AtItsEnd_ComparesTheParts_MarksTheProduct_AndSaysWhatIsNext()
    {
        var train = await _material.RunAsync(TrainingMaterial.Train(".ssfer").Where(argument => argument != "--json"));

        train.AssertDone();
        Assert.Matches(@"(?m)^part +images seen +last loss +\S.* % +macro-F1$", train.Output);
        Assert.Matches(@"(?m)^encoder +[\d,]+ +\d+\.\d{3} +- ", train.Output);
        Assert.Matches(@"(?m)^classifier +[\d,]+ +\d+\.\d{3} +\d+\.\d ", train.Output);
        Assert.Matches(@"(?m)^teacher +[\d,]+ +\d+\.\d{3} +\d+\.\d .*<- the product$", train.Output);
        Assert.Single(train.Output.Split('\n'), line => line.EndsWith("<- the product", StringComparison.Ordinal));
        Assert.Contains(
            "next: ssfer predict r PICTURE\n      ssfer models promote r\n      ssfer up\n",
            train.Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("missing:", train.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected:", train.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_TeacherThatKeepsNoPseudoLabel_IsWarnedOf()
    {
        var train = await _material.RunAsync(TrainingMaterial.Train(".ssfer", "--set", "EmaTeacher.Threshold=1"));

        train.AssertDone();
        Assert.Contains("warning: the teacher kept no pseudo-label", train.Error, StringComparison.Ordinal);
        Assert.Contains(
            "kept no pseudo-label",
            Assert
                .Single(train.Json.GetProperty("warnings").EnumerateArray(), each =>
                    each.GetString()!.Contains("pseudo", StringComparison.Ordinal)
                )
                .GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Train_SameRunWithOtherSettings_IsRefusedAndNothingHarmed()
    {
        (await _material.RunAsync(TrainingMaterial.Quick("pretrain", "--unlabelled", "mini"))).AssertDone();
        var before = _material.Snapshot();

        var other = await _material.RunAsync(
            TrainingMaterial.Quick("pretrain", "--unlabelled", "mini", "--set", "Pretraining.LearningRate=0.5")
        );

        other.AssertFailed(1, "run q exists with other settings", "recipe.Pretraining.LearningRate (0.001, now 0.5)", "--run");
        Assert.Equal(before, _material.Snapshot());
    }

    [Fact]
    public async Task Train_ValidationAmongTheFacesToLearnFrom_IsWrongUsage() =>
        (
            await _material.RunAsync(
                "train",
                "--labelled",
                "mini",
                "--unlabelled",
                "mini:validation",
                "--validation",
                "mini",
                "--recipe",
                "smoke"
            )
        ).AssertFailed(2, "mini:validation", "both trained and evaluated on");

    [Fact]
    public async Task Train_AllLabelsAndNoFaceWithoutOne_IsRefusedBeforeItTrains() =>
        (
            await _material.RunAsync("train", "--labelled", "mini", "--validation", "mini", "--labels", "100%", "--recipe", "smoke")
        ).AssertFailed(2, "no face is left without one", "use fewer labels", "--no-teacher");

    /// <summary>Said before days of training, not after them.</summary>
    [Fact]
    public async Task Train_ModelTooLargeToBePublished_IsWrongUsage() =>
        (
            await _material.RunAsync(
                "train",
                "--labelled",
                "mini",
                "--labels",
                "60%",
                "--validation",
                "mini",
                "--recipe",
                "smoke",
                "--set",
                "Model=Huge",
                "--set",
                "Model.PatchSize=8"
            )
        ).AssertFailed(2, "too large for the ONNX file", "Model.*");

    [Fact]
    public async Task Train_LabelledDatasetNamedAsUnlabelledToo_CountsItOnce()
    {
        var train = await _material.RunAsync(TrainingMaterial.Train(".ssfer", "--unlabelled", "mini", "--no-teacher"));

        train.AssertDone();
        Assert.Contains("pretraining: 80 faces", train.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_UnknownRecipeKey_IsWrongUsageAndNamesTheNearestKey()
    {
        var result = await _material.RunAsync("train", "--labelled", "mini", "--recipe", "smoke", "--set", "FineTuning.Epoch=3");
        result.AssertFailed(2, "FineTuning.Epoch", "FineTuning.Epochs");
    }

    [Fact]
    public async Task Train_UnknownDataset_NamesThoseThereAre() =>
        (await _material.RunAsync("train", "--labelled", "nobody", "--recipe", "smoke")).AssertFailed(1, "nobody", "mini");

    [Fact]
    public async Task Train_OfAResNetOnVotes_HasNoPretraining_AndItsModelAnswers()
    {
        string[] model = ["--set", "Model.Kind=ResNet", "--set", "Model.ResNet.Width=8", "--set", "Model.ResNet.Blocks=1"];
        string[] training = ["--set", "FineTuning.Targets=Votes", "--set", "FineTuning.WeightAverage=0.9", "--no-teacher"];

        var train = await _material.RunAsync(
            TrainingMaterial.Train(
                ".ssfer",
                [.. model, .. training, "--set", "FineTuning.FewLabelsEpochs=40", "--set", "FineTuning.LearningRate=0.003"]
            )
        );

        train.AssertDone();
        Assert.Contains("run r: fine-tuning -> evaluation", train.Error, StringComparison.Ordinal);
        Assert.Contains("a compact ResNet is not pre-trained", train.Error, StringComparison.Ordinal);
        Assert.True(Evaluation(train.Json, "classifier").GetProperty("accuracy").GetDouble() > 0.8, "bright and dark are told apart");
        (await _material.RunAsync("predict", "r", "images/fer0000000.png")).AssertDone();
        (await _material.RunAsync(["pretrain", "--unlabelled", "mini", "--recipe", "smoke", .. model])).AssertFailed(
            2,
            "masked reconstruction pre-trains a ViT, and the model of recipe 'smoke' is a compact ResNet"
        );
    }

    [Fact]
    public async Task Train_OfABaseline_HasRunningStatistics_AndItsModelAnswers()
    {
        string[] model = ["--set", "Model=MobileNetV2", "--set", "FineTuning.Mixing=None", "--no-teacher"];

        var train = await _material.RunAsync(
            TrainingMaterial.Train(".ssfer", [.. model, "--set", "FineTuning.FewLabelsEpochs=20", "--set", "FineTuning.LearningRate=0.003"])
        );

        train.AssertDone();
        Assert.Contains("a MobileNetV2 is not pre-trained", train.Error, StringComparison.Ordinal);
        Assert.True(Evaluation(train.Json, "classifier").GetProperty("accuracy").GetDouble() > 0.8, "bright and dark are told apart");
        (await _material.RunAsync("predict", "r", "images/fer0000000.png")).AssertDone();
    }

    /// <summary>With heads of their own while they train, of which the product has nothing.</summary>
    [Fact]
    public async Task Train_ByAnotherMethod_HasNoFineTuning_AndItsModelAnswers()
    {
        string[] method =
        [
            "--set",
            "Method=CoMatch",
            "--set",
            "EmaTeacher.UnlabelledBatch=8",
            "--set",
            "EmaTeacher.Epochs=12",
            "--set",
            "EmaTeacher.LearningRate=0.003",
            "--set",
            "EmaTeacher.EmaDecay=0.8",
        ];

        var train = await _material.RunAsync(TrainingMaterial.Train(".ssfer", method));

        train.AssertDone();
        Assert.Contains("run r: pretraining -> ema-teacher -> evaluation", train.Error, StringComparison.Ordinal);
        Assert.Contains("CoMatch learns the labels itself: the run has no fine-tuning before it", train.Error, StringComparison.Ordinal);
        Assert.Contains("CoMatch from weights", train.Error, StringComparison.Ordinal);
        Assert.True(Evaluation(train.Json, "teacher").GetProperty("accuracy").GetDouble() > 0.8, "bright and dark are told apart");
        (await _material.RunAsync("predict", "r", "images/fer0000000.png")).AssertDone();
        (await _material.RunAsync("export", "r", "--weights", "r.safetensors")).AssertDone();
        var weights = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(_material.Root, "r.safetensors")));
        Assert.Contains("head.weight", weights, StringComparison.Ordinal);
        Assert.DoesNotContain("auxiliary", weights, StringComparison.Ordinal);

        string[] teach = ["teach", "--labelled", "mini", "--labels", "60%", "--recipe", "smoke"];
        (await _material.RunAsync([.. teach, .. method])).AssertDone(); // from scratch
        (await _material.RunAsync(teach)).AssertFailed(2, "teach needs --classifier");
    }

    public ValueTask DisposeAsync()
    {
        _material.Dispose();
        return ValueTask.CompletedTask;
    }

    private static JsonElement Evaluation(JsonElement result, string model) =>
        result.GetProperty("evaluations").EnumerateArray().Single(evaluation => evaluation.GetProperty("model").GetString() == model);
}
