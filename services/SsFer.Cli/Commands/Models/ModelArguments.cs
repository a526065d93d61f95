using System.CommandLine;
using SsFer.Cli.Commands.Training;
using SsFer.Cli.Terminal;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Models;

/// <summary>What the commands that use a model have in common.</summary>
internal static class ModelArguments
{
    public static Argument<string> Model { get; } =
        new("model")
        {
            Description = "A model of the store (see ssfer models list), or a .safetensors file written by SsFer",
            HelpName = "MODEL",
        };

    /// <summary>fp32: a model's figures do not depend on what the processor is fast at.</summary>
    public static ComputeTarget Target(ParseResult arguments)
    {
        try
        {
            return ComputeTarget.Choose(arguments.GetValue(TrainingOptions.Device)!, Precision.Fp32, threads: 0);
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(fault.Message);
        }
    }
}
