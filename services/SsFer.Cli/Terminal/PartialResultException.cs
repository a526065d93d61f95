using SsFer.Recipes;

namespace SsFer.Cli.Terminal;

/// <summary>Some of what was asked for could not be done, each with a line of its own; the rest is in the result. Exit code 1.</summary>
internal sealed class PartialResultException(string message) : UserFacingException(message);
