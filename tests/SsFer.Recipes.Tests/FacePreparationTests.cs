namespace SsFer.Recipes.Tests;

public sealed class FacePreparationTests
{
    public static TheoryData<FacePreparation, FacePreparation, string?> Pairs =>
        new()
        {
            { Made(), Made(), null },
            { Made("none"), Made(), "detector none instead of blazeface" },
            { Made(margin: 0.3f), Made(), "margin 0.3 instead of 0.15" },
            { Made(border: 0.5f), Made(), "border 0.5 instead of auto" },
            { Made(size: 48), Made(), "size 48 instead of 32" },
            { Made(size: 48, margin: 0), Made(), "size 48 instead of 32, margin 0 instead of 0.15" },
            { Made("none", margin: 0.3f), Made("none"), null }, // nothing is cut, so nothing is kept around it
            { Made(), Made("annotated"), null }, // predict finds faces so for this model
            { Made(margin: 0.3f), Made("annotated"), "margin 0.3 instead of 0.15" },
            { Made("annotated"), Made("annotated"), null },
            { Made("annotated"), Made(), "detector annotated instead of blazeface" },
            { Made("yolo-face"), Made("annotated"), "detector yolo-face instead of annotated" },
            { Yolo("ab"), Yolo("ab"), null },
            { Yolo("ab"), Yolo("cd"), "network ab instead of cd" },
            { Yolo("ab"), Yolo(null), null }, // of one it is not known
        };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void DifferenceFrom_WhatAModelLearned_NamesTheSettings(FacePreparation faces, FacePreparation learned, string? difference) =>
        Assert.Equal(difference, faces.DifferenceFrom(learned));

    [Fact]
    public void ToOptions_AskForTheSameFaces()
    {
        Assert.Equal("--size 32 --detector blazeface --margin 0.15", Made().ToOptions());
        Assert.Equal("--size 32 --detector yolo-face=MODEL.onnx --margin 0.3 --border 0.5", Made("yolo-face", 0.5f, 0.3f).ToOptions());
    }

    private static FacePreparation Yolo(string? network) => Made("yolo-face") with { Network = network };

    private static FacePreparation Made(string detector = "blazeface", float? border = null, float margin = 0.15f, int size = 32) =>
        new()
        {
            Size = size,
            Detector = detector,
            Border = border,
            Margin = margin,
        };
}
