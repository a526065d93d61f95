using SsFer.Faces.Imaging;
using SsFer.Learning.Training;

namespace SsFer.Stages.Tests;

public sealed class ArchitectureTests
{
    private static readonly string[] Forbidden =
    [
        "MassTransit",
        "RabbitMQ",
        "Azure",
        "Microsoft.AspNetCore",
        "System.Net.Http",
        "SsFer.Artifacts",
        "SsFer.Contracts",
    ];

    public static TheoryData<Type> Libraries => [typeof(TrainingLoop<>), typeof(Picture)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void LearningAndVision_Reference_NeitherMessagingNorStoreNorWeb(Type member)
    {
        var references = member.Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).ToList();

        Assert.DoesNotContain(references, name => Forbidden.Any(forbidden => name.StartsWith(forbidden, StringComparison.Ordinal)));
        Assert.NotEmpty(references);
    }

    [Fact]
    public void LearningAndVision_DoNotKnowEachOther()
    {
        Assert.DoesNotContain(typeof(Picture).Assembly.GetReferencedAssemblies(), reference => reference.Name == "SsFer.Learning");
        Assert.DoesNotContain(typeof(TrainingLoop<>).Assembly.GetReferencedAssemblies(), reference => reference.Name == "SsFer.Faces");
    }
}
