using System.CommandLine;
using SsFer.Artifacts.Models;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models promote MODEL</c>: puts a model into production.</summary>
internal static class PromoteModelCommand
{
    public static Command Create() =>
        new Command("promote", "Puts a model into production") { ProductionText.Model, ProductionText.Reason }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var registry = new ModelRegistry(session.Store, session.Time);
                var (entry, isNew) = await registry.PromoteAsync(
                    arguments.GetValue(ProductionText.Model)!,
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
