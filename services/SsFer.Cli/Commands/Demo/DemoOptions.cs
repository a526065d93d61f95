using System.CommandLine;
using SsFer.Cli.Commands.Recipes;
using SsFer.Cli.Commands.Training;
using SsFer.Synthetic;

namespace SsFer.Cli.Commands.Demo;

/// <summary>Options of <c>ssfer demo</c>.</summary>
internal static class DemoOptions
{
    public static Option<string> Out { get; } =
        new("--out")
        {
            Description = "Where the picture goes",
            HelpName = "FILE.png",
            DefaultValueFactory = _ => "demo.png",
        };

    public static Option<ulong> Seed { get; } =
        new("--seed") { Description = "Of faces, labels and training", DefaultValueFactory = _ => 0 };

    public static Option<int> Count { get; } = CreateCount();

    public static Option<string> Labels { get; } =
        new("--labels")
        {
            Description = "How many labels may be used: 10%, 400 or 25/class",
            HelpName = "BUDGET",
            DefaultValueFactory = _ => "10%",
        };

    public static Option<string> Recipe { get; } =
        new("--recipe")
        {
            Description = "Preset of all hyper-parameters",
            HelpName = "NAME",
            DefaultValueFactory = _ => "demo",
        };

    public static Option<string[]> Set { get; } = RecipeOptions.Set();

    public static Option<string> Device => TrainingOptions.Device;

    private static Option<int> CreateCount()
    {
        var option = new Option<int>("--count")
        {
            Description = "Faces to draw: eight of ten for training, one for validation, one for test",
            DefaultValueFactory = _ => 5_600,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < SyntheticImporter.SmallestCount)
            {
                result.AddError($"--count must be at least {SyntheticImporter.SmallestCount}, for every split to have all expressions");
            }
        });
        return option;
    }
}
