using System.CommandLine;
using SsFer.Artifacts.Models;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models rollback</c>: puts the model before the current one back into production.</summary>
internal static class RollBackModelCommand
{
    private static readonly Option<string?> From = new("--from")
    {
        Description = "The model that is to go; refused where another one is in production by now",
        HelpName = "MODEL",
    };

    public static Command Create() =>
        new Command("rollback", "Puts the model before the current one back into production") { From, ProductionText.Reason }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var registry = new ModelRegistry(session.Store, session.Time);
                var entry = await registry.RollBackAsync(
                    arguments.GetValue(From),
                    ProductionText.Me,
                    arguments.GetValue(ProductionText.Reason)!,
                    cancellationToken
                );
                session.Terminal.Show(entry, output => output.WriteLine(ProductionText.Of(entry)));
            }
        );
}
