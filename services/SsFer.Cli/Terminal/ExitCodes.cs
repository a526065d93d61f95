namespace SsFer.Cli.Terminal;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>The command line cannot be understood, or an argument names what cannot be.</summary>
    public const int WrongUsage = 2;

    /// <summary>By Ctrl-C or SIGTERM; the same command again goes on.</summary>
    public const int Interrupted = 130;
}
