namespace SsFer.FaceDetection.Tests;

public sealed class DetectorChoiceTests
{
    [Theory]
    [InlineData("blazeface", "blazeface")]
    [InlineData("yolo-face=models/y=8.onnx", "yolo-face")]
    [InlineData("annotated", "annotated")]
    [InlineData("none", "none")]
    public void Parse_KnownNames_AreUnderstood(string text, string name) => Assert.Equal(name, DetectorChoice.Parse(text).Name);

    [Fact]
    public void Parse_YoloFace_KeepsThePath() =>
        Assert.Equal("models/y=8.onnx", DetectorChoice.Parse("yolo-face=models/y=8.onnx").ModelPath);

    [Theory]
    [InlineData("retinaface")]
    [InlineData("BlazeFace")]
    [InlineData("yolo-face=")]
    [InlineData("")]
    public void Parse_AnythingElse_NamesTheChoices(string text)
    {
        var error = Assert.Throws<PreparationException>(() => DetectorChoice.Parse(text));

        Assert.Equal($"unknown detector '{text}': choose blazeface, yolo-face=MODEL.onnx, annotated or none", error.Message);
    }
}
