using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SsFer.Cli.Terminal;
using SsFer.FaceDetection;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data prepare N [--size 224] [--detector ...] [--border auto|SHARE] [--margin SHARE]</c>.</summary>
internal static class PrepareCommand
{
    private const int SmallestSize = 8;
    private const int LargestSize = 1024;

    public static Command Create()
    {
        var defaults = new PreparationOptions();
        var name = new Argument<string>("N") { Description = "Name of the dataset" };
        var size = new Option<int>("--size") { Description = "Side of a face in pixels", DefaultValueFactory = _ => defaults.Size };
        size.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < SmallestSize or > LargestSize)
            {
                result.AddError($"--size must be from {SmallestSize} to {LargestSize} pixels");
            }
        });
        var detector = new Option<DetectorChoice>("--detector")
        {
            Description =
                "blazeface, yolo-face=MODEL.onnx, annotated (boxes the import knows) or none (pictures taken whole) [default: blazeface]",
            HelpName = "DETECTOR",
            CustomParser = ParseDetector,
        };
        var border = new Option<float?>("--border")
        {
            Description = "Share of the detector's canvas that the picture takes; auto looks at the whole canvas first [default: auto]",
            HelpName = "auto|SHARE",
            CustomParser = result => result.Tokens[0].Value == "auto" ? null : ParseShare(result, smallest: 0.05f, largest: 1),
        };
        var margin = new Option<float>("--margin")
        {
            Description = "Kept around the face on each side, as a share of the longer side of its box",
            HelpName = "SHARE",
            DefaultValueFactory = _ => defaults.Margin,
            CustomParser = result => ParseShare(result, smallest: 0, largest: 10),
        };

        return new Command("prepare", "Find, align and resize the faces of a dataset") { name, size, detector, border, margin }.Does(
            (session, arguments, cancellationToken) =>
                RunAsync(
                    session,
                    arguments.GetRequiredValue(name),
                    new PreparationOptions
                    {
                        Size = arguments.GetValue(size),
                        Detector = arguments.GetValue(detector) ?? defaults.Detector,
                        Border = arguments.GetValue(border),
                        Margin = arguments.GetValue(margin),
                    },
                    cancellationToken
                )
        );
    }

    private static async Task RunAsync(CommandSession session, string name, PreparationOptions options, CancellationToken cancellationToken)
    {
        session.Store.RequireWritable(); // before pictures are read
        var manifest = await session.Terminal.WithProgressAsync(display =>
            new PrepareDataset(session.Store, session.CacheDirectory).RunAsync(
                name,
                options,
                new DisplayedProgress<PreparationProgress>(session.Terminal, display, Describe),
                cancellationToken
            )
        );
        var version = VersionReport.Of(manifest);
        session.Terminal.Show(version, text => version.WriteTo(text));
        session.Terminal.Say($"to see them: ssfer data show {name} --contact-sheet faces.png");
    }

    private static ProgressUpdate Describe(PreparationProgress progress) =>
        new(
            "prepare",
            progress.Done,
            progress.Total,
            "images",
            $"{ProgressText.Count(progress.NoFace)} without a face, {ProgressText.Count(progress.SeveralFaces)} with several, "
                + $"{ProgressText.Count(progress.Rejected)} rejected"
        );

    private static DetectorChoice? ParseDetector(ArgumentResult result)
    {
        try
        {
            return DetectorChoice.Parse(result.Tokens[0].Value);
        }
        catch (PreparationException fault)
        {
            result.AddError(fault.Message);
            return null;
        }
    }

    private static float ParseShare(ArgumentResult result, float smallest, float largest)
    {
        var text = result.Tokens[0].Value;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share >= smallest && share <= largest)
        {
            return share;
        }

        result.AddError(
            $"'{text}' is no share: {((OptionResult)result.Parent!).Option.Name} takes a number from "
                + $"{smallest.ToString(CultureInfo.InvariantCulture)} to {largest.ToString(CultureInfo.InvariantCulture)}"
        );
        return 0;
    }
}
