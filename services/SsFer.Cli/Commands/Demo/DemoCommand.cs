using System.CommandLine;
using System.Globalization;
using SsFer.Cli.Terminal;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Demo;

/// <summary><c>ssfer demo</c>: the whole pipeline on drawn faces, in minutes, with a table and a picture of what came out.</summary>
internal static class DemoCommand
{
    public const string OwnStore = ".ssfer-demo";

    public static Command Create()
    {
        var command = new Command(
            "demo",
            "The whole pipeline on drawn faces of nobody: prints what each part of the method adds, saves a picture. A demo "
                + "that was stopped goes on when started again"
        )
        {
            DemoOptions.Out,
            DemoOptions.Seed,
            DemoOptions.Count,
            DemoOptions.Labels,
            DemoOptions.Recipe,
            DemoOptions.Set,
            DemoOptions.Device,
        };
        return command.Does(
            async (session, arguments, cancellationToken) =>
            {
                var own = new CommandSession(session.Terminal, arguments.GetValue(GlobalOptions.Store) ?? OwnStore, session.Time);
                var file = arguments.GetRequiredValue(DemoOptions.Out);
                Check(arguments, file);
                own.Store.RequireWritable();

                var faces = await new DemoFaces(own, arguments).GetAsync(cancellationToken);
                var runs = await new DemoRuns(own, arguments, faces).ExecuteAsync(cancellationToken);
                var rows = await DemoRow.AllAsync(own.Store, runs, cancellationToken);
                var scenes = await DemoScenes.CollectAsync(
                    own,
                    arguments.GetValue(DemoOptions.Device)!,
                    faces,
                    runs.Whole,
                    cancellationToken
                );
                await File.WriteAllBytesAsync(file, DemoFigure.Draw(scenes, rows), cancellationToken);

                var report = new DemoReport(rows, scenes.Labels, scenes.TestFaces, file);
                own.Terminal.Show(report, report.WriteTo);
            }
        );
    }

    /// <summary>Said at once, not after minutes of work.</summary>
    private static void Check(ParseResult arguments, string file)
    {
        _ = LabelBudget.Parse(arguments.GetRequiredValue(DemoOptions.Labels));
        try
        {
            ComputeTarget.DeviceOf(arguments.GetRequiredValue(DemoOptions.Device));
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(fault.Message);
        }

        OutputFile.Check(file, "the picture", DemoOptions.Out.Name);
    }

    /// <summary>What the demo found.</summary>
    /// <param name="Rows">One a model, each with a part more than the one before.</param>
    /// <param name="Labels">Labelled faces each of them was given.</param>
    /// <param name="TestFaces">Faces they were measured on.</param>
    /// <param name="Picture">File of the picture.</param>
    private sealed record DemoReport(IReadOnlyList<DemoRow> Rows, int Labels, int TestFaces, string Picture)
    {
        public void WriteTo(TextWriter text)
        {
            var table = new TextTable("model", "accuracy %", "95 % interval", "training s");
            foreach (var row in Rows)
            {
                table.Add(
                    row.Model,
                    Percent(row.Accuracy),
                    $"{Percent(row.Lower)} - {Percent(row.Upper)}",
                    row.Seconds.ToString("0", CultureInfo.InvariantCulture)
                );
            }

            table.WriteTo(text);
            text.WriteLine(
                $"{ProgressText.Count(Labels)} labels, measured on {ProgressText.Count(TestFaces)} drawn faces that no model "
                    + $"saw; figures of drawn faces say nothing of real ones"
            );
            text.WriteLine($"picture: {Picture}");
        }

        private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
