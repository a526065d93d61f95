using System.CommandLine;
using SsFer.Artifacts.Models;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>models canary MODEL --share 5%</c>, <c>models shadow MODEL</c>, <c>models withdraw</c>: a model beside production.</summary>
internal static class TryModelCommands
{
    private static readonly Option<string> Share = new("--share")
    {
        Description = "Share of the requests that the model answers, at most 50%",
        HelpName = "5%",
        Required = true,
    };

    private static readonly Option<string?> Candidate = new("--model")
    {
        Description = "The model that is meant; refused where another one is tried by now",
        HelpName = "MODEL",
    };

    public static Command Canary() =>
        new Command("canary", "Lets a model answer a share of the requests, until it fails more or is slower")
        {
            ProductionText.Model,
            Share,
            ProductionText.Reason,
        }.Does(
            (session, arguments, cancellationToken) =>
                StartAsync(session, arguments, Trial.Canary(arguments.GetValue(Share)!), cancellationToken)
        );

    public static Command Shadow() =>
        new Command("shadow", "Lets a model work on what production has answered, unseen")
        {
            ProductionText.Model,
            ProductionText.Reason,
        }.Does((session, arguments, cancellationToken) => StartAsync(session, arguments, Trial.Shadow, cancellationToken));

    public static Command Withdraw() =>
        new Command("withdraw", "Ends the trial of the model that is tried beside production") { Candidate, ProductionText.Reason }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var ended = await new CandidateRegistry(session.Store, session.Time).WithdrawAsync(
                    arguments.GetValue(Candidate),
                    ProductionText.Me,
                    arguments.GetValue(ProductionText.Reason)!,
                    cancellationToken
                );
                session.Terminal.Show(ended, output => output.WriteLine($"{ended.Model} is tried no more ({ended.End!.Reason})"));
            }
        );

    private static async Task StartAsync(CommandSession session, ParseResult arguments, Trial trial, CancellationToken cancellationToken)
    {
        var (candidacy, _) = await new CandidateRegistry(session.Store, session.Time).StartAsync(
            arguments.GetValue(ProductionText.Model)!,
            trial,
            ProductionText.Me,
            arguments.GetValue(ProductionText.Reason)!,
            cancellationToken
        );
        session.Terminal.Show(candidacy, output => output.WriteLine(ProductionText.Of(candidacy)));
    }
}
