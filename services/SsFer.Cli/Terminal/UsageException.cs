using SsFer.Recipes;

namespace SsFer.Cli.Terminal;

/// <summary>An argument names what cannot be; the message names it and what may stand there. Exit code 2.</summary>
internal sealed class UsageException(string message) : InvalidRequestException(message);
