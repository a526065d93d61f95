using SsFer.Learning.Metrics;

namespace SsFer.Evaluation.Report;

/// <summary>A model's report as one HTML page that needs nothing beside itself: styles, pictures and charts are in it.</summary>
public static class ModelReport
{
    /// <summary>The page; equal content gives equal text.</summary>
    public static string Render(ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var headline = content.Product.Rules[0].All;
        return "<!DOCTYPE html>\n"
            + Markup.Of(
                $"""
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                {CardMark(content.Card)}
                <title>{content.Model}: evaluation</title>
                {ReportStyle.Sheet}
                </head>
                <body>
                <header>
                <p class="kicker">SsFer model report</p>
                <h1>{content.Model}</h1>
                {Decision(content)}
                <div class="cards">
                {Card(
                    $"{headline.Accuracy:P1}",
                    "accuracy",
                    $"95 % interval {100 * headline.AccuracyInterval.Lower:0.0} to {headline.AccuracyInterval.Upper:P1}"
                )}
                {Card($"{headline.MacroF1:0.000}", "macro-F1", $"mean over the classes, rare ones count alike")}
                {Card($"{headline.Count:N0}", "faces", $"{content.Product.Dataset}")}
                {Confidence(content)}
                {Size(content)}
                {PseudoLabels(content)}
                </div>
                </header>
                <main>
                {FigureTables.Accuracy(content)}
                {FigureTables.Classes(headline)}
                {FigureTables.Confusion(headline)}
                {FaceSection.Of(content.Faces)}
                {AttackChart.Of(content.Attack)}
                {Facts(content)}
                </main>
                </body>
                </html>

                """
            );
    }

    /// <summary>Whether a page was made from the card of this digest.</summary>
    internal static bool IsOf(string page, string card) => page.Contains(CardMark(card).ToString(), StringComparison.Ordinal);

    private static Markup CardMark(string? card) =>
        card is null ? Markup.Empty : Markup.Of($"""<meta name="ssfer-card" content="{card}">""");

    private static Markup Decision(ReportContent content) =>
        content.Promotion is not { } decision
            ? Markup.Empty
            : Markup.Of(
                $"""
                <p class="decision {(decision.Promoted ? "promoted" : "rejected")}">
                <strong>{(decision.Promoted ? "Promoted" : "Rejected")}</strong> {decision.Reason}</p>
                """
            );

    private static Markup Confidence(ReportContent content) =>
        content.Product.Confidence is not { } confidence
            ? Markup.Empty
            : Card(
                $"{confidence.ErrorAfter:P1}",
                "calibration error",
                $"{confidence.ErrorBefore:P1} before its logits were divided by {confidence.Temperature:0.00}"
            );

    private static Markup Size(ReportContent content) =>
        content.Size is not { } size
            ? Markup.Empty
            : Card($"{ModelSize.Short(size.Parameters)}", "parameters", $"{ModelSize.Short(size.MultiplyAdds)} multiply-adds a face");

    private static Markup PseudoLabels(ReportContent content) =>
        content.PseudoLabels is not { } shares
            ? Markup.Empty
            : Card(
                $"{shares.Kept:P0}",
                "pseudo-labels kept",
                shares.Right is { } right
                    ? Markup.Of($"{right:P0} of those whose truth is known are right")
                    : Markup.Of($"their truth is not known")
            );

    private static Markup Card(FormattableString figure, string name, FormattableString detail) => Card(figure, name, Markup.Of(detail));

    private static Markup Card(FormattableString figure, string name, Markup detail) =>
        Markup.Of(
            $"""
            <div class="card"><div class="figure">{Markup.Of(figure)}</div>
            <div class="name">{name}</div><div class="detail">{detail}</div></div>
            """
        );

    private static Markup Facts(ReportContent content) =>
        Markup.Of(
            $"""
            <section>
            <h2>How it was made</h2>
            <dl>{Markup.Join(content.Facts.Select(fact => Markup.Of($"<dt>{fact.Name}</dt><dd>{fact.Value}</dd>")))}</dl>
            </section>
            """
        );
}

/// <summary>How one class fared, with what the confusion matrix adds to <see cref="ClassReport"/>.</summary>
internal sealed record ClassFigures(string Name, long Support, double? Recall, double? Precision, double? F1)
{
    /// <summary>One per class, in the order of the report.</summary>
    public static IReadOnlyList<ClassFigures> Of(EvaluationReport report) =>
        [
            .. report.Classes.Select(
                (label, index) =>
                {
                    long right = report.Confusion[index][index],
                        predicted = report.Confusion.Sum(row => row[index]);
                    return new ClassFigures(
                        label.Name,
                        label.Support,
                        label.Recall,
                        predicted == 0 ? null : (double)right / predicted,
                        label.Support + predicted == 0 ? null : 2.0 * right / (label.Support + predicted)
                    );
                }
            ),
        ];
}
