using System.CommandLine;
using System.CommandLine.Parsing;
using SsFer.Recipes;

namespace SsFer.Cli.Terminal;

/// <summary>Names a command or an option that does not exist, and the nearest one that does.</summary>
internal static class MistypedWord
{
    /// <summary>What is wrong with the line; null where every command and option in it exists.</summary>
    public static string? In(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        var command = parsed.CommandResult;
        if (command.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.FirstOrDefault(token => !IsOption(token)) is { } word)
        {
            return Sentence("command", word, PathOf(command), command.Command.Subcommands.Select(known => known.Name));
        }

        // Arguments that take any number of values would swallow an unknown option, so the words as they were typed are looked at.
        var options = OptionsOf(command);
        return
            arguments
                .TakeWhile(token => token != "--")
                .Where(IsOption)
                .Select(token => token.Split('=', 2)[0])
                .Except(options)
                .FirstOrDefault()
                is { } option
            ? Sentence("option", option, PathOf(command), options)
            : null;
    }

    /// <summary>The command as it is typed, from <c>ssfer</c> on.</summary>
    public static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "ssfer";

    private static bool IsOption(string token) => token.StartsWith("--", StringComparison.Ordinal) && token.Length > 2;

    private static List<string> OptionsOf(CommandResult command)
    {
        var options = command.Command.Options.ToList();
        for (var parent = command.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
        {
            options.AddRange(parent.Command.Options.Where(option => option.Recursive));
        }

        return [.. options.SelectMany(option => option.Aliases.Prepend(option.Name)).Where(IsOption)];
    }

    private static string Sentence(string kind, string word, string command, IEnumerable<string> known)
    {
        var all = known.Order(StringComparer.Ordinal).ToList();
        return NearestWord.Find(word, all) is { } nearest
            ? $"unknown {kind} '{word}' of {command}: did you mean '{nearest}'?"
            : $"unknown {kind} '{word}' of {command}: there are {string.Join(", ", all)}";
    }
}
