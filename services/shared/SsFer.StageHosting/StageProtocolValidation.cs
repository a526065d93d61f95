using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Runs;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.StageHosting;

/// <summary>Checks the protocol's times, alone and against those of the store.</summary>
internal sealed class StageProtocolValidation(IOptions<StoreOptions> store) : IValidateOptions<StageProtocolOptions>
{
    public const string Section = "StageProtocol";

    public ValidateOptionsResult Validate(string? name, StageProtocolOptions options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        var lines = faults.Select(fault => $"{Section}: {fault.ErrorMessage}").ToList();
        var lifetime = options.StaleAfter - options.HeartbeatInterval;
        if (store.Value.Resilience.TotalTimeout >= lifetime)
        {
            lines.Add(
                $"Store:Resilience:TotalTimeout ({store.Value.Resilience.TotalTimeout}) must be shorter than a claim lives "
                    + $"without a heartbeat, "
                    + $"{Section}:StaleAfter - {Section}:HeartbeatInterval ({lifetime}): shorten the one or lengthen the other"
            );
        }

        return lines.Count > 0 ? ValidateOptionsResult.Fail(lines) : ValidateOptionsResult.Success;
    }
}
