using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.FaceDetection;
using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Importing;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Cli.Terminal;

/// <summary>The one place where an exception becomes a line on standard error and an exit code.</summary>
internal static class CommandErrors
{
    public static int Report(Exception fault, TextWriter error, bool verbose, CancellationToken cancellationToken)
    {
        if (fault is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            error.WriteLine("interrupted: the same command again goes on from the last checkpoint, or starts anew where there is none");
            return ExitCodes.Interrupted;
        }

        error.WriteLine(
            IsForPeople(fault)
                ? $"error: {OneLine(fault.Message)}"
                : $"error: {fault.GetType().Name}: {OneLine(fault.Message)}; this is a defect in "
                    + $"SsFer{(verbose ? "" : ", run with --verbose for details")}"
        );
        if (verbose)
        {
            error.WriteLine(fault);
        }

        return fault is UsageException or RefusedException ? ExitCodes.WrongUsage : ExitCodes.Failed;
    }

    /// <summary>The message without its line breaks.</summary>
    public static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Whether the message was written to be read by whoever typed the command.</summary>
    private static bool IsForPeople(Exception fault) =>
        fault
            is UsageException
                or PartialResultException
                or ArtifactException
                or ImportException
                or PreparationException
                or PermanentStageException
                or StageFailedException
                or RefusedException
                or WeightsException
                or UnreadablePictureException
                or DetectorModelException
                or IOException
                or UnauthorizedAccessException;
}
