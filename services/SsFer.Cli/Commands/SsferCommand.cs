using System.CommandLine;
using SsFer.Cli.Commands.Training;

namespace SsFer.Cli.Commands;

/// <summary><c>ssfer</c> with all its commands.</summary>
internal static class SsferCommand
{
    public static RootCommand Create() => new("Trains facial-expression recognisers from few labels and many unlabelled faces")
    {
        GlobalOptions.Store,
        GlobalOptions.Json,
        GlobalOptions.Verbose,
        TrainCommands.Train(),
        TrainCommands.Pretrain(),
        TrainCommands.FineTune(),
        TrainCommands.Teach(),
    };
}
