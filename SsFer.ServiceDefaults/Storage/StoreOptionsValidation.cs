using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SsFer.ServiceDefaults.Storage;

/// <summary>The ranges of single values; generated, since the attributes of nested options are not looked at otherwise.</summary>
[OptionsValidator]
internal sealed partial class StoreOptionsRanges : IValidateOptions<StoreOptions>;

/// <summary>What must hold between values and surroundings.</summary>
internal sealed class StoreOptionsValidation(IHostEnvironment environment) : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        var faults = new List<string>();
        if (StoreConnection.FaultOf(options.Connection) is { } fault)
        {
            faults.Add(fault);
        }

        if (options.Resilience.AttemptTimeout > options.Resilience.TotalTimeout)
        {
            faults.Add(
                $"Store:Resilience:AttemptTimeout ({options.Resilience.AttemptTimeout}) is longer than "
                    + $"Store:Resilience:TotalTimeout ({options.Resilience.TotalTimeout}): make it shorter"
            );
        }

        if (options.FaultInjection.Enabled && environment.IsProduction())
        {
            faults.Add(
                "Store:FaultInjection:Enabled is true in the Production environment: set it to false, or DOTNET_ENVIRONMENT to "
                    + "another environment"
            );
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
