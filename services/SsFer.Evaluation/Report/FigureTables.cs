using System.Globalization;
using SsFer.Learning.Metrics;

namespace SsFer.Evaluation.Report;

/// <summary>The report's tables of figures.</summary>
internal static class FigureTables
{
    /// <summary>Accuracy by every label rule, with and without repeated pictures, of the model and of what it came from.</summary>
    public static Markup Accuracy(ReportContent content)
    {
        var rows = content
            .Others.Prepend(content.Product)
            .SelectMany(Rows)
            .Select(
                (row, index) =>
                    Markup.Of(
                        $"""
                        <tr class="{(
                            index == 0 ? "first" : ""
                        )}"><td class="text">{row.Model}</td><td class="text">{row.Rule}</td><td class="text">{row.Faces}</td>
                        <td>{row.Report.Accuracy:P2}</td>
                        <td>{row.Report.AccuracyInterval.Lower:P2} – {row.Report.AccuracyInterval.Upper:P2}</td>
                        <td>{row.Report.MacroF1:0.000}</td><td>{row.Report.Count:N0}</td></tr>
                        """
                    )
            );
        return Markup.Of(
            $"""
            <section>
            <h2>Accuracy</h2>
            <p class="note">By each rule that turns votes into labels. Some pictures repeat the pixels of another,
            often of one in the training set;
            without them the figure is free of what could be remembered.
            The interval is a 95 % bootstrap over the faces: another run of training would differ by more.</p>
            <table class="plain"><thead><tr><th class="text">Model</th><th class="text">Labels by</th><th class="text">Pictures</th>
            <th>Accuracy</th><th>95 % interval</th><th>Macro-F1</th><th>Faces</th></tr></thead>
            <tbody>{Markup.Join(rows)}</tbody></table>
            </section>
            """
        );
    }

    public static Markup Classes(EvaluationReport report) =>
        Markup.Of(
            $"""
            <section>
            <h2>Classes</h2>
            <p class="note">Recall: how many faces of the class are found. Precision: how many of its answers are right.</p>
            <table class="plain"><thead>
            <tr><th class="text">Class</th><th>Recall</th><th>Precision</th><th>F1</th><th>Faces</th></tr></thead>
            <tbody>{Markup.Join(ClassFigures.Of(report).Select(Row))}</tbody></table>
            </section>
            """
        );

    public static Markup Confusion(EvaluationReport report)
    {
        var rows = report.Confusion.Select(
            (counts, truth) =>
            {
                var cells = counts.Select((count, predicted) => Cell(count, report.Classes[truth].Support, truth == predicted));
                return Markup.Of($"""<tr><th scope="row">{report.Classes[truth].Name}</th>{Markup.Join(cells)}</tr>""");
            }
        );
        return Markup.Of(
            $"""
            <section>
            <h2>Confusion</h2>
            <p class="note">Each row holds the faces of one true class, each column those that were given one answer;
            the shade is the share of the row.</p>
            <table class="confusion"><thead><tr><th>truth ↓ answer →</th>{Markup.Join(
                report.Classes.Select(label => Markup.Of($"<th scope=\"col\">{label.Name}</th>"))
            )}</tr></thead>
            <tbody>{Markup.Join(rows)}</tbody></table>
            </section>
            """
        );
    }

    private static IEnumerable<(string Model, string Rule, string Faces, EvaluationReport Report)> Rows(ModelEvaluation evaluation)
    {
        foreach (var rule in evaluation.Rules)
        {
            yield return (evaluation.Model, rule.Rule, "all", rule.All);
            if (rule.WithoutDuplicates is { } unique)
            {
                yield return (evaluation.Model, rule.Rule, "duplicates out", unique);
            }
        }
    }

    private static Markup Row(ClassFigures label) =>
        Markup.Of(
            $"""
            <tr><td class="text">{label.Name}</td><td>{Bar(label.Recall)}</td><td>{Bar(
                label.Precision
            )}</td><td>{label.F1:0.000}</td><td>{label.Support:N0}</td></tr>
            """
        );

    private static Markup Bar(double? share) =>
        Markup.Of($"""<span class="bar"><i style="width:{100 * (share ?? 0):0.#}%"></i></span><span class="share">{Share(share)}</span>""");

    private static string Share(double? share) => share is { } value ? value.ToString("P1", CultureInfo.InvariantCulture) : "–";

    private static Markup Cell(long count, long support, bool isRight)
    {
        var share = support == 0 ? 0 : (double)count / support;
        var ink = share > 0.55 ? "#fff" : "inherit";
        var colour = isRight ? "53,83,181" : "204,92,51";
        return Markup.Of(
            $"""<td style="background:rgba({colour},{0.05 + (0.9 * share):0.##});color:{ink}">{count:N0}<small>{share:P0}</small></td>"""
        );
    }
}
