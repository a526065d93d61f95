using SsFer.Contracts;
using SsFer.Testing.Telemetry;
using SsFer.Testing.Walks;

namespace SsFer.AppHost.Tests;

/// <summary>What an operator finds in the dashboard after one run of a system without faults.</summary>
internal static class TelemetryOfARun
{
    /// <summary>The import, the run, and the requests for answers; nothing of what looks by itself.</summary>
    public static void AssertSound(OtlpReceiver telemetry)
    {
        Assert.Equal(
            ["POST /api/datasets/{name}/images", "POST /api/models/rollback", "POST /api/runs", "POST /v1/expressions"],
            telemetry.Spans.Where(span => span.ParentId.Length == 0).Select(span => span.Name).Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(telemetry.Spans, span => span.IsError);
        AssertOneTrace([.. telemetry.Spans.Where(span => span.Attributes.GetValueOrDefault("ssfer.run") == PicturesToAnswers.Run)]);
        Assert.Empty(telemetry.Logs.Where(line => line.IsError).Select(line => $"{line.Service}: {line.Line}"));
        var ofStages = telemetry.Logs.Where(line => line.Attributes.ContainsKey("ssfer.stage")).ToList();
        Assert.Equal(
            Enum.GetValues<StageKind>().Select(ResourceNames.ServiceOf).Order(StringComparer.Ordinal),
            ofStages.Select(line => line.Service).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.All(ofStages, line => Assert.Contains(telemetry.Spans, span => span.TraceId == line.TraceId));
    }

    private static void AssertOneTrace(List<ReceivedSpan> run)
    {
        Assert.Single(run.Select(span => span.TraceId).Distinct());
        var launch = Assert.Single(run, span => span.Name == "launch run");
        var stages = run.Where(span => span.ParentId == launch.SpanId).ToList();
        Assert.Equal(
            Enum.GetValues<StageKind>().Select(kind => $"stage {kind}").Order(StringComparer.Ordinal),
            stages.Select(stage => stage.Name).Order(StringComparer.Ordinal)
        );
        Assert.All(stages, stage => Assert.Single(run, span => span.ParentId == stage.SpanId && span.Name == "artifact"));
        StageKind[] trainings = [StageKind.Pretraining, StageKind.FineTuning, StageKind.EmaTeacher];
        Assert.All(trainings.Select(kind => stages.Single(stage => stage.Name == $"stage {kind}")), stage =>
            Assert.Contains(run, span => span.ParentId == stage.SpanId && span.Name == "epoch")
        );
    }
}
