using Microsoft.Extensions.Options;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Stages.Hosting;

/// <summary>Where and how this process computes (<c>Compute</c>).</summary>
public sealed class ComputeOptions
{
    public const string Section = "Compute";

    /// <summary>auto, cpu, cuda or cuda:n. Default auto: CUDA where there is any.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>auto, fp32 or bf16. Default auto: what the run's recipe asks for.</summary>
    public string Precision { get; set; } = "auto";

    /// <summary>
    /// Go on from a checkpoint of another device, thread count, instruction set or precision; the result is then equal only to
    /// tolerance, and the log says so. Default true: where nodes differ, a refusal would end a run because a node died. False
    /// refuses, for those who compare bytes.
    /// </summary>
    public bool AcceptOther { get; set; } = true;

    internal Precision? ParsedPrecision =>
        Precision switch
        {
            "auto" => Recipes.Precision.Auto,
            "fp32" => Recipes.Precision.Fp32,
            "bf16" => Recipes.Precision.Bf16,
            _ => null,
        };
}

internal sealed class ComputeOptionsValidation : IValidateOptions<ComputeOptions>
{
    public ValidateOptionsResult Validate(string? name, ComputeOptions options)
    {
        var faults = new List<string>();
        try
        {
            ComputeTarget.DeviceOf(options.Device);
        }
        catch (ArgumentException fault)
        {
            faults.Add($"Compute:Device: {fault.Message}");
        }

        if (options.ParsedPrecision is null)
        {
            faults.Add($"Compute:Precision is '{options.Precision}': use auto, fp32 or bf16");
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
