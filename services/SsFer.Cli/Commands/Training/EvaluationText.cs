using System.Globalization;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Training;

/// <summary>Evaluations as text.</summary>
internal static class EvaluationText
{
    public static void Write(TextWriter output, ModelEvaluation evaluation)
    {
        output.WriteLine();
        output.WriteLine($"{evaluation.Model} on {evaluation.Dataset}");
        foreach (var rule in evaluation.Rules)
        {
            output.WriteLine($"  {rule.Rule, -10} {Figures(rule.All)}");
            if (rule.WithoutDuplicates is { } unique)
            {
                output.WriteLine($"  {"", -10} {Figures(unique)}, duplicates out");
            }
        }

        if (evaluation.Confidence is { } confidence)
        {
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  confidence: temperature {confidence.Temperature:0.00}; calibration error {confidence.ErrorAfter:P1}, without it "
                        + $"{confidence.ErrorBefore:P1}"
                )
            );
        }

        foreach (var label in evaluation.Rules[0].All.Classes)
        {
            var recall = label.Recall?.ToString("P1", CultureInfo.InvariantCulture) ?? "-";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    recall {label.Name, -10} {recall, 8} of {label.Support}"));
        }
    }

    private static string Figures(Learning.Metrics.EvaluationReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy {report.Accuracy:P2} [{report.AccuracyInterval.Lower:P2}, {report.AccuracyInterval.Upper:P2}], macro-F1 "
                + $"{report.MacroF1:0.000}, {report.Count} faces; always answering {report.MostFrequent.Name}: "
                + $"{report.MostFrequentShare:P2}"
        );
}
