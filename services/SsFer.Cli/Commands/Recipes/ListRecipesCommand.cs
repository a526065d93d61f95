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
                    var table = new TextTable(
                        "recipe",
                        "model",
                        "pixels",
                        "patch",
                        "width",
                        "depth",
                        "pretraining",
                        "fine-tuning",
                        "EMA teacher"
                    );
                    foreach (var line in lines)
                    {
                        int?[] numbers =
                        [
                            line.ImageSize,
                            line.PatchSize,
                            line.Width,
                            line.Depth,
                            line.PretrainingEpochs,
                            line.FineTuningEpochs,
                            line.EmaTeacherEpochs,
                        ];
                        table.Add([
                            line.Name,
                            line.Model,
                            .. numbers.Select(number => number?.ToString(CultureInfo.InvariantCulture) ?? "-"),
                        ]);
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

        public required string Model { get; init; }

        public required int ImageSize { get; init; }

        /// <summary>Null for a model without patches.</summary>
        public int? PatchSize { get; init; }

        /// <summary>Embedding dimension of a ViT, channels of the compact ResNet's first level.</summary>
        public int? Width { get; init; }

        /// <summary>Blocks.</summary>
        public int? Depth { get; init; }

        /// <summary>Null for a model that is not pre-trained.</summary>
        public int? PretrainingEpochs { get; init; }

        public required int FineTuningEpochs { get; init; }

        public required int EmaTeacherEpochs { get; init; }

        public static RecipeOutline Of(Recipe recipe)
        {
            var model = recipe.Model;
            var (isTransformer, isResNet) = (model.Kind == ModelKind.ViT, model.Kind == ModelKind.ResNet);
            return new()
            {
                Name = recipe.Name,
                Model = model.NetworkName,
                ImageSize = model.ImageSize,
                PatchSize = isTransformer ? model.PatchSize : null,
                Width =
                    isTransformer ? model.Width
                    : isResNet ? model.ResNet.Width
                    : null,
                Depth =
                    isTransformer ? model.Depth
                    : isResNet ? model.ResNet.Levels * model.ResNet.Blocks
                    : null,
                PretrainingEpochs = model.CanBePretrained ? recipe.Pretraining.Epochs : null,
                FineTuningEpochs = recipe.FineTuning.Epochs,
                EmaTeacherEpochs = recipe.EmaTeacher.Epochs,
            };
        }
    }
}
