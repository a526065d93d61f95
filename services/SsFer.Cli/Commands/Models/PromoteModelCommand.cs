using System.CommandLine;
using SsFer.Artifacts.Models;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models promote MODEL</c>: puts a model into production.</summary>
internal static class PromoteModelCommand
{
    private static readonly Argument<string> Model = new("model")
    {
        Description = "A model of the store (see ssfer models list)",
        HelpName = "MODEL",
    };

    public static Command Create() =>
        new Command("promote", "Puts a model into production") { Model, ProductionText.Reason }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var registry = new ModelRegistry(session.Store, session.Time);
                var (entry, isNew) = await registry.PromoteAsync(
                    arguments.GetValue(Model)!,
                    ProductionText.Me,
                    arguments.GetValue(ProductionText.Reason)!,
                    cancellationToken
                );
                session.Terminal.Show(entry, output =>
                    output.WriteLine(isNew ? ProductionText.Of(entry) : $"{entry.Model} is in production already")
                );
            }
        );
}
