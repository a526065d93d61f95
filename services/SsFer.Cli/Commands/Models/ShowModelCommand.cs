using System.CommandLine;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Commands.Training;
using SsFer.Evaluation;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models show MODEL</c>.</summary>
internal static class ShowModelCommand
{
    private static readonly Argument<string> Model = new("model") { HelpName = "MODEL" };

    public static Command Create() =>
        new Command("show", "One model: where it comes from and how it measured") { Model }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var id = arguments.GetValue(Model)!;
                if (id.Contains('/', StringComparison.Ordinal) || id.StartsWith('.'))
                {
                    throw new ModelNotFoundException(id);
                }

                var card = (
                    await session.Store.TryReadJsonAsync<ModelCard>(ModelCard.CardPath(id), cancellationToken)
                    ?? throw new ModelNotFoundException(id)
                ).Value;
                var alias = await new ModelRegistry(session.Store, session.Time).ReadAsync(cancellationToken);
                session.Terminal.Show(ProductionText.Marked(card, alias), output =>
                {
                    output.WriteLine(
                        $"{card.Id}: {card.Product} of run {card.Run.Id}, recipe {card.Run.RecipeName}, labels "
                            + $"{card.Run.Labels ?? "all"} of {card.Run.Labelled}"
                    );
                    if (card.Promotion is { } decision)
                    {
                        output.WriteLine(ProductionText.Of(card.Id, decision));
                    }

                    if (alias.Current == card.Id)
                    {
                        output.WriteLine(ProductionText.Of(alias.Latest!));
                    }

                    if (alias.Candidate is { } candidacy && candidacy.Model == card.Id)
                    {
                        output.WriteLine(ProductionText.Of(candidacy));
                    }

                    foreach (var evaluation in card.Evaluations)
                    {
                        EvaluationText.Write(output, evaluation);
                    }
                });
            }
        );
}
