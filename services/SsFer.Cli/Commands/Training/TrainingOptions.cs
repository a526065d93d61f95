using System.CommandLine;
using SsFer.Cli.Terminal;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Training;

/// <summary>Options of the commands that train.</summary>
internal static class TrainingOptions
{
    public static Option<string> Labelled { get; } =
        new("--labelled") { Description = "Dataset whose labels may be used, NAME or NAME:split (train unless told)", HelpName = "NAME" };

    public static Option<string> Labels { get; } =
        new("--labels")
        {
            Description = "How many labels may be used: 10%, 400 or 25/class",
            HelpName = "BUDGET",
            DefaultValueFactory = _ => "100%",
        };

    public static Option<string?> Unlabelled { get; } =
        new("--unlabelled")
        {
            Description = "Further datasets whose labels, if any, are not used: NAME,NAME:split,... (train unless told)",
            HelpName = "NAMES",
        };

    public static Option<string?> Validation { get; } =
        new("--validation") { Description = "What to evaluate on, NAME:split", HelpName = "NAME:SPLIT" };

    public static Option<string> Recipe { get; } =
        new("--recipe")
        {
            Description = $"Preset of all hyper-parameters: {string.Join(", ", RecipeCatalog.All.Select(recipe => recipe.Name))}",
            HelpName = "NAME",
            DefaultValueFactory = _ => "compact",
        };

    public static Option<string[]> Set { get; } = Recipes.RecipeOptions.Set();

    public static Option<string?> Run { get; } =
        new("--run")
        {
            Description = "Name of the run; the same command again resumes it. A hash of what is asked for unless told",
            HelpName = "ID",
        };

    public static Option<string> Device { get; } =
        new("--device") { Description = "auto, cpu, cuda or cuda:n", DefaultValueFactory = _ => "auto" };

    public static Option<bool> AcceptOtherCompute { get; } =
        new("--accept-other-compute")
        {
            Description = "Resume with other threads, precision or hardware; the result is then equal only to tolerance",
        };

    public static Option<string?> Encoder { get; } =
        new("--encoder")
        {
            Description = "Start from these weights instead of pre-training: a run, or a .safetensors file (MAE or timm)",
            HelpName = "RUN|FILE",
        };

    public static Option<string?> Classifier { get; } =
        new("--classifier")
        {
            Description =
                "The classifier to start from: a run, or a .safetensors file; other methods than the paper's take an encoder, too",
            HelpName = "RUN|FILE",
        };

    public static Option<bool> FromScratch { get; } =
        new("--from-scratch") { Description = "No pre-training: fine-tune from random weights" };

    public static Option<bool> NoTeacher { get; } = new("--no-teacher") { Description = "Leave the EMA teacher out" };

    /// <summary>What stands between commas.</summary>
    public static string[] ListOf(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Before a run is stored that nothing here could carry out.</summary>
    /// <exception cref="UsageException">The device is unknown or not there.</exception>
    public static void CheckDevice(ParseResult arguments)
    {
        try
        {
            ComputeTarget.DeviceOf(arguments.GetValue(Device)!);
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(fault.Message);
        }
    }
}
