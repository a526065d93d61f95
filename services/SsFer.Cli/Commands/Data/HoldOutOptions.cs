using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
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
        var isPercent = text.EndsWith('%');
        if (double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            var share = isPercent ? number / 100 : number;
            if (share is > 0 and < 1)
            {
                return share;
            }
        }

        result.AddError($"'{text}' is no share to hold out: give one between 0 and 1, such as 20% or 0.2");
        return null;
    }
}
