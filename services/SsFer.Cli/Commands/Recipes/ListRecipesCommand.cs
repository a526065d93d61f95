using System.CommandLine;
using System.Globalization;
using SsFer.Cli.Terminal;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Recipes;

/// <summary><c>ssfer recipe list</c>.</summary>
internal static class ListRecipesCommand
{
    public static Command Create() =>
        new Command("list", "The presets").Does(
            (session, _, _) =>
            {
                var lines = RecipeCatalog.All.Select(RecipeOutline.Of).ToList();
                session.Terminal.Show(lines, text =>
                {
                    var table = new TextTable("recipe", "pixels", "patch", "width", "depth", "pretraining", "fine-tuning", "EMA teacher");
                    foreach (var line in lines)
                    {
                        int[] numbers =
                        [
                            line.ImageSize,
                            line.PatchSize,
                            line.Width,
                            line.Depth,
                            line.PretrainingEpochs,
                            line.FineTuningEpochs,
                            line.EmaTeacherEpochs,
                        ];
                        table.Add([line.Name, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))]);
                    }

                    table.WriteTo(text);
                });
                session.Terminal.Say("the last three columns are epochs; every setting and its source: ssfer recipe show NAME");
                return Task.CompletedTask;
            }
        );

    private sealed record RecipeOutline
    {
        public required string Name { get; init; }

        public required int ImageSize { get; init; }

        public required int PatchSize { get; init; }

        public required int Width { get; init; }

        public required int Depth { get; init; }

        public required int PretrainingEpochs { get; init; }

        public required int FineTuningEpochs { get; init; }

        public required int EmaTeacherEpochs { get; init; }

        public static RecipeOutline Of(Recipe recipe) =>
            new()
            {
                Name = recipe.Name,
                ImageSize = recipe.Model.ImageSize,
                PatchSize = recipe.Model.PatchSize,
                Width = recipe.Model.Width,
                Depth = recipe.Model.Depth,
                PretrainingEpochs = recipe.Pretraining.Epochs,
                FineTuningEpochs = recipe.FineTuning.Epochs,
                EmaTeacherEpochs = recipe.EmaTeacher.Epochs,
            };
    }
}
