using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Models;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models list</c>.</summary>
internal static class ListModelsCommand
{
    public static Command Create() =>
        new Command("list", "All models with their accuracy, and which is in production or tried beside it").Does(
            async (session, _, cancellationToken) =>
            {
                var cards = await StoredCards.ListAsync(session, cancellationToken);
                var production = await new ModelRegistry(session.Store, session.Time).ReadListedAsync(cancellationToken);
                var alias = production.Value;
                if (production.Damage is { } damage)
                {
                    session.Terminal.SayWarnings([$"which model is in production is not known: {damage}"]);
                }

                session.Terminal.Show(cards.Select(card => ProductionText.Marked(card, alias)).ToList(), output =>
                {
                    var table = new TextTable("model", "recipe", "labels", "measured on", "product", "accuracy", "gate", "alias");
                    foreach (var listed in cards)
                    {
                        if (listed.Value is not { } card)
                        {
                            table.Add(listed.Name, "damaged", "-", "-", "-", "-", "-", ProductionText.Alias(listed.Name, alias));
                            continue;
                        }

                        table.Add(
                            card.Id,
                            card.Run.RecipeName,
                            card.Run.Labels ?? "all",
                            card.Evaluations[^1].Dataset,
                            card.Product,
                            card.Evaluations[^1].Accuracy.ToString("P2", CultureInfo.InvariantCulture),
                            ProductionText.Verdict(card.Promotion),
                            ProductionText.Alias(card.Id, alias)
                        );
                    }

                    table.WriteTo(output);
                    foreach (var card in cards)
                    {
                        if (card.Value?.Promotion is { } promotion)
                        {
                            output.WriteLine(ProductionText.Of(card.Name, promotion));
                        }
                    }
                });
                if (cards.Count == 0)
                {
                    session.Terminal.Say($"the store {session.Store.Root} holds no model yet: ssfer train --help");
                }
            }
        );
}
