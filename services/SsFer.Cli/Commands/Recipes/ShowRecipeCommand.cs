using System.CommandLine;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Recipes;

/// <summary><c>ssfer recipe show NAME [--set Path=Value ...]</c>: every setting with its value and where that comes from.</summary>
internal static class ShowRecipeCommand
{
    /// <summary>As many as FERPlus has.</summary>
    private const int TypicalClasses = 8;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"{string.Join(", ", RecipeCatalog.All.Select(recipe => recipe.Name))}" };
        var set = RecipeOptions.Set();
        return new Command("show", "Every setting, its value and the source of it") { name, set }.Does(
            (session, arguments, _) =>
            {
                var recipe = RecipeCatalog.Get(arguments.GetRequiredValue(name)).With(arguments.GetValue(set) ?? []);
                var settings = recipe.Listing();
                session.Terminal.Show(new RecipeReport(recipe.Name, settings), text =>
                {
                    var table = new TextTable("setting", "value", "source");
                    foreach (var setting in settings)
                    {
                        table.Add(setting.Path, setting.Value, setting.Source);
                    }

                    table.WriteTo(text);
                });
                var size = ModelSize.Of(recipe.Model, TypicalClasses);
                session.Terminal.Say($"for {TypicalClasses} classes: {size}");
                return Task.CompletedTask;
            }
        );
    }

    private sealed record RecipeReport(string Name, IReadOnlyList<RecipeLine> Settings);
}
