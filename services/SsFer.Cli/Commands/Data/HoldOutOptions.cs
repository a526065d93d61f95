using System.CommandLine;
using System.CommandLine.Parsing;
using SsFer.Importing;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>[--hold-out 20%] [--seed S]</c>: a validation split where the material has none.</summary>
internal sealed class HoldOutOptions
{
    private readonly Option<double?> _share = new("--hold-out")
    {
        Description = "Share of every class in train that becomes validation; pictures with equal pixels stay together [default: none]",
        HelpName = "20%",
        CustomParser = ParseShare,
    };

    private readonly Option<ulong> _seed = new("--seed") { Description = "Which pictures --hold-out draws", HelpName = "S" };

    public void AddTo(Command command)
    {
        command.Add(_share);
        command.Add(_seed);
    }

    public HoldOut? Of(ParseResult arguments) =>
        arguments.GetValue(_share) is { } share ? new HoldOut(share, arguments.GetValue(_seed)) : null;

    private static double? ParseShare(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (HoldOut.FindShare(text) is { } share)
        {
            return share;
        }

        result.AddError(HoldOut.Refusal(text));
        return null;
    }
}
