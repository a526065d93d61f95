namespace SsFer.Cli.Shell;

/// <summary>A command line that is to be done, a line of JSON on standard input.</summary>
/// <param name="Directory">Where it is typed; takes its temporary files, too.</param>
/// <param name="Arguments">What stands behind <c>ssfer</c>.</param>
public sealed record CommandLine(string Directory, IReadOnlyList<string> Arguments);

/// <summary>What became of it, a line of JSON on standard output.</summary>
public sealed record CommandOutcome(int ExitCode, string Output, string Error);
