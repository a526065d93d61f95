using System.CommandLine;
using SsFer.Cli.Commands.Data;
using SsFer.Cli.Commands.Demo;
using SsFer.Cli.Commands.Experiments;
using SsFer.Cli.Commands.Kept;
using SsFer.Cli.Commands.Keys;
using SsFer.Cli.Commands.Models;
using SsFer.Cli.Commands.Recipes;
using SsFer.Cli.Commands.Runs;
using SsFer.Cli.Commands.Training;
using SsFer.Cli.Commands.Up;

namespace SsFer.Cli.Commands;

/// <summary><c>ssfer</c> with all its commands.</summary>
internal static class SsferCommand
{
    public static RootCommand Create() =>
        new("Trains facial-expression recognisers from few labels and many unlabelled faces")
        {
            GlobalOptions.Store,
            GlobalOptions.Json,
            GlobalOptions.Verbose,
            DemoCommand.Create(),
            new Command("data", "Datasets: import pictures, prepare faces, look at them")
            {
                new Command("import", "Pictures into the store")
                {
                    ImportFerPlusCommand.Create(),
                    ImportFoldersCommand.Create(),
                    ImportCsvCommand.Create(),
                    ImportRafDbCommand.Create(),
                    ImportAffectNetCommand.Create(),
                    ImportAdienceCommand.Create(),
                    ImportFacesCommand.Create(),
                    ImportSyntheticCommand.Create(),
                },
                PrepareCommand.Create(),
                ListDatasetsCommand.Create(),
                ShowDatasetCommand.Create(),
            },
            new Command("recipe", "The hyper-parameters of a run") { ListRecipesCommand.Create(), ShowRecipeCommand.Create() },
            new Command("runs", "Runs and their stages")
            {
                ListRunsCommand.Create(),
                ShowRunCommand.Create(),
                CancelRunCommand.Create(),
                RetryRunCommand.Create(),
            },
            TrainCommands.Train(),
            TrainCommands.Pretrain(),
            TrainCommands.FineTune(),
            TrainCommands.Teach(),
            ExperimentCommand.Create(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            new Command("models", "Models and how they measured")
            {
                ListModelsCommand.Create(),
                ShowModelCommand.Create(),
                CompareModelsCommand.Create(),
                PromoteModelCommand.Create(),
                RollBackModelCommand.Create(),
                TryModelCommands.Canary(),
                TryModelCommands.Shadow(),
                TryModelCommands.Withdraw(),
                QuantiseModelCommand.Create(),
            },
            new Command("keys", "Keys that let callers into the endpoint")
            {
                AddKeyCommand.Create(),
                ListKeysCommand.Create(),
                RevokeKeyCommand.Create(),
            },
            new Command("kept", "Pictures that the endpoint kept for labelling")
            {
                ListKeptCommand.Create(),
                ExportKeptCommand.Create(),
                EraseKeptCommand.Create(),
            },
            ExportCommand.Create(),
            UpCommand.Create(),
        };
}
