using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using SsFer.Importing;
using SsFer.Importing.Labels;
using SsFer.Importing.Text;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>[--encoding NAME] [--contradictions leave-out|keep|votes] [--missing MARK,...|none]</c>: how material is read.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<Encoding?> _encoding = new("--encoding")
    {
        Description = "Encoding of names in archives, and of tables, that do not say theirs, such as windows-1252 or gbk [default: utf-8]",
        HelpName = "NAME",
        CustomParser = ParseEncoding,
    };

    private readonly Option<string?> _contradictions = new("--contradictions")
    {
        Description =
            "What becomes of a picture with several labels, by rows of a list or by copies with equal pixels [default: leave-out; "
            + "copies in a published set: keep]",
    };

    private readonly Option<string?> _missing = new("--missing")
    {
        Description =
            "Marks in the label column that mean no label, beside an empty cell; none: there are no others [default: "
            + string.Join(',', MissingLabels.DefaultMarks)
            + "]",
        HelpName = "MARK,...|none",
    };

    public ReadingOptions() => _contradictions.AcceptOnlyFromAmong([.. ContradictionNames.All]);

    /// <param name="command">The import.</param>
    /// <param name="labels">Whether it reads labels.</param>
    /// <param name="column">Whether it reads them from a column of any table.</param>
    public void AddTo(Command command, bool labels = true, bool column = false)
    {
        command.Add(_encoding);
        if (labels)
        {
            command.Add(_contradictions);
        }

        if (column)
        {
            command.Add(_missing);
        }
    }

    public ImportOptions Of(ParseResult arguments) =>
        new()
        {
            Encoding = arguments.GetValue(_encoding),
            Contradictions = arguments.GetValue(_contradictions) is { } choice ? ContradictionNames.Find(choice) : null,
            MissingLabels = arguments.GetValue(_missing) is { } marks ? MissingLabels.Parse(marks) : MissingLabels.Default,
        };

    private static Encoding? ParseEncoding(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        if (TextEncodings.Find(name) is { } encoding)
        {
            return encoding;
        }

        result.AddError(TextEncodings.Refusal(name));
        return null;
    }
}
