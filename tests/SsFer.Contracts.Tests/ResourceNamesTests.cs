namespace SsFer.Contracts.Tests;

public sealed class ResourceNamesTests
{
    // Queues outlive a release: a renamed one would leave its messages behind.
    [Theory]
    [InlineData(StageKind.FaceDetection, "ssfer-facedetection")]
    [InlineData(StageKind.Pretraining, "ssfer-pretraining")]
    [InlineData(StageKind.FineTuning, "ssfer-finetuning")]
    [InlineData(StageKind.EmaTeacher, "ssfer-emateacher")]
    [InlineData(StageKind.Evaluation, "ssfer-evaluation")]
    public void StageQueue_OfEachKind_KeepsItsName(StageKind kind, string queue) => Assert.Equal(queue, ResourceNames.StageQueue(kind));

    [Fact]
    public void StageQueue_OfEveryKind_IsItsOwn()
    {
        var queues = Enum.GetValues<StageKind>().Select(ResourceNames.StageQueue).ToList();
        Assert.Equal(queues.Count, queues.Distinct().Count());
    }
}
