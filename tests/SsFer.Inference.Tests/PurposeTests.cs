using SsFer.Inference.Law;

namespace SsFer.Inference.Tests;

/// <summary>What the endpoint may be used for.</summary>
public sealed class PurposeTests
{
    [Theory]
    [InlineData("workplace")]
    [InlineData("Work")]
    [InlineData("employee-wellbeing")]
    [InlineData("call centre staff")]
    [InlineData("HR: hiring")]
    [InlineData("education")]
    [InlineData("exam_proctoring")]
    [InlineData("e-learning")]
    [InlineData("pupils' attention")]
    public void Purpose_AtWorkplacesOrInEducation_IsRefusedWithTheArticle_InEveryEnvironment(string purpose)
    {
        foreach (var environment in (string[])["Production", "Development"])
        {
            var fault = FaultOf(environment, new InferenceOptions { Purpose = purpose })!;

            Assert.StartsWith(
                $"Inference:Purpose is '{purpose}': Article 5(1)(f) of Regulation (EU) 2024/1689 forbids",
                fault,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain('\n', fault);
        }
    }

    [Theory]
    [InlineData(Exemption.Medical)]
    [InlineData(Exemption.Safety)]
    public void Purpose_AtWorkplacesForADeclaredException_IsTaken(Exemption exemption) =>
        Assert.Null(FaultOf("Production", new InferenceOptions { Purpose = "tired drivers at work", Exemption = exemption }));

    [Theory]
    [InlineData("audience research")]
    [InlineData("art networks and fireworks")]
    [InlineData("examples for a museum")]
    public void Purpose_OfAnotherKind_IsTaken(string purpose) =>
        Assert.Null(FaultOf("Production", new InferenceOptions { Purpose = purpose }));

    [Fact]
    public void Purpose_Undeclared_IsRefusedInProductionAlone()
    {
        Assert.StartsWith(
            "Inference:Purpose is missing: set it to",
            FaultOf("Production", new InferenceOptions()),
            StringComparison.Ordinal
        );
        Assert.Null(FaultOf("Development", new InferenceOptions()));
    }

    private static string? FaultOf(string environment, InferenceOptions options) =>
        new DeclaredPurpose(new Surroundings(environment)).Validate(null, options).Failures?.Single();
}
