using System.Xml.Linq;
using SsFer.Evaluation.Promotion;
using SsFer.Evaluation.Report;
using SsFer.Faces.Imaging;
using SsFer.Learning.Attacks;
using SsFer.Learning.Attribution;
using SsFer.Learning.Metrics;

namespace SsFer.Evaluation.Tests.Report;

public sealed class ModelReportTests
{
    private static readonly EvaluationReport Figures = EvaluationReport.Create(
        [0, 0, 0, 1, 1, 1],
        [0, 0, 1, 1, 1, 1],
        ["sad", "happy", "never"],
        seed: 0,
        resamples: 100
    );

    [Fact]
    public void Classes_OfAConfusionMatrix_HavePrecisionAndF1()
    {
        var classes = ClassFigures.Of(Figures);

        Assert.Equal(new ClassFigures("sad", 3, 2 / 3.0, 1, 0.8), classes[0]);
        Assert.Equal(new ClassFigures("happy", 3, 1, 0.75, 6 / 7.0), classes[1]);
        Assert.Equal(new ClassFigures("never", 0, null, null, null), classes[2]);
    }

    [Fact]
    public void Report_WithEverything_IsWellFormedAndNeedsNothingElse()
    {
        var page = ModelReport.Render(Content());

        var body = XDocument.Parse(
            page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]
        );
        Assert.Equal(
            ["Accuracy", "Classes", "Confusion", "Where it looks", "Under attack", "How it was made"],
            body.Descendants("h2").Select(heading => heading.Value)
        );
        Assert.Contains("83.3 %", page, StringComparison.Ordinal);
        Assert.Equal(
            9,
            body.Descendants("table").Single(table => table.Attribute("class")!.Value == "confusion").Descendants("td").Count()
        );
        Assert.Equal(2, body.Descendants("polyline").Count());
        Assert.All(body.Descendants("img"), image =>
            Assert.StartsWith("data:image/png;base64,iVBORw0KGgo", image.Attribute("src")!.Value, StringComparison.Ordinal)
        );
        Assert.Contains("96 of the 3,553 labelled faces", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfAModelWithAHostileName_ShowsTheNameAndNothingMore()
    {
        var page = ModelReport.Render(Content() with { Model = "<script>alert(1)</script>" });

        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_WithoutAttackFacesAndGate_LeavesThemOut()
    {
        var page = ModelReport.Render(Content() with { Attack = null, Faces = [], Promotion = null, PseudoLabels = null, Size = null });

        Assert.DoesNotContain("Under attack", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Where it looks", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"decision", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_FaceWithAnEmptyMap_SaysWhatThatMeans()
    {
        var content = Content();

        var page = ModelReport.Render(content with { Faces = [.. content.Faces.Select(face => face with { HasEmptyMap = true })] });

        Assert.Contains("A map is empty where no patch speaks for the answer", page, StringComparison.Ordinal);
        Assert.Contains("empty map: no place speaks for it", page, StringComparison.Ordinal);
        Assert.DoesNotContain("empty map", ModelReport.Render(content), StringComparison.Ordinal);
    }

    [Fact]
    public void HeatMap_OverAFace_OutlinesTheFocusAndLeavesTheRest()
    {
        var grey = new byte[8 * 8 * 3];
        Array.Fill(grey, (byte)100);
        float[] map = [.. Enumerable.Range(0, 64).Select(i => i % 8 < 4 ? 1f : 0f)];

        var drawn = HeatMap.Over(new Picture(8, 8, grey), new FaceExplanation(0, 1, 8, map));

        Assert.Equal([255, 255, 255], drawn.Pixels.Slice(3 * 3, 3).ToArray()); // the last column in focus
        Assert.Equal([100, 100, 100], drawn.Pixels.Slice(3 * 6, 3).ToArray());
        Assert.NotEqual([100, 100, 100], drawn.Pixels.Slice(0, 3).ToArray());
    }

    private static ReportContent Content()
    {
        var png = new Picture(2, 2, new byte[12]).EncodePng();
        var evaluation = new ModelEvaluation
        {
            Model = "teacher",
            Dataset = "faces:validation",
            Rules =
            [
                new RuleEvaluation
                {
                    Rule = "plurality",
                    All = Figures,
                    WithoutDuplicates = Figures,
                },
            ],
        };
        return new ReportContent
        {
            Model = "m",
            Product = evaluation,
            Others = [evaluation with { Model = "student" }],
            Size = new ModelSize { Parameters = 5_000_000, MultiplyAdds = 200_000_000 },
            PseudoLabels = new PseudoLabelShare { Kept = 0.8, Right = 0.82 },
            Promotion = new PromotionDecision
            {
                Promoted = true,
                Reason = "accuracy 83.33 % against 80.00 % of before",
                Accuracy = 0.8333,
                Settings = new PromotionSettings(),
            },
            Attack = new AttackStudy
            {
                Dataset = "faces:validation",
                Faces = 96,
                DrawnFrom = 3553,
                Seed = 1,
                FocusedArea = 0.3,
                Rows = [new RegionAttackRow(0, 0.8, 0.8), new RegionAttackRow(0.1, 0.2, 0.21)],
                EqualAreas = [new EqualAreaRow(0.1, 0.02, 0.392, 0.437, 0.41)],
            },
            Faces =
            [
                new ExplainedFace
                {
                    Key = "a",
                    Truth = "sad",
                    Predicted = "sad",
                    Confidence = 0.9,
                    Picture = png,
                    Overlay = png,
                },
                new ExplainedFace
                {
                    Key = "b",
                    Truth = "sad",
                    Predicted = "happy",
                    Confidence = 0.6,
                    Picture = png,
                    Overlay = png,
                },
            ],
            Facts = [("Recipe", "compact")],
        };
    }
}
