using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Access;

namespace SsFer.ServiceDefaults.Access;

/// <summary>Who may call a service, and how much (section <c>Access</c> of the configuration).</summary>
public sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>
    /// Whether every request but probes needs a key. Default: of the endpoint true in all environments but Development, of the
    /// Console false. The endpoint refuses false in Production.
    /// </summary>
    public bool? RequireKeys { get; set; }

    /// <summary>How often the keys are read again, and so how long a revoked one may still be taken. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LookInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most requests a minute of a caller whose key has no limit of its own. Default none.</summary>
    [Range(1, ApiKeyStore.MostPerMinute)]
    public int? RequestsPerMinute { get; set; }

    /// <summary>Most requests at a time, likewise. Default none but the share that <c>Inference:MaxCallerShare</c> leaves one.</summary>
    [Range(1, ApiKeyStore.MostConcurrent)]
    public int? ConcurrentRequests { get; set; }

    /// <summary>Whether the service is one that callers from outside are meant to reach.</summary>
    internal bool IsForCallers { get; set; }

    internal bool AreKeysRequired(IHostEnvironment environment) => RequireKeys ?? (IsForCallers && !environment.IsDevelopment());
}

/// <summary>The ranges of single values.</summary>
[OptionsValidator]
internal sealed partial class AccessOptionsRanges : IValidateOptions<AccessOptions>;

/// <summary>What must hold between values and surroundings.</summary>
internal sealed class AccessOptionsValidation(IHostEnvironment environment) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options) =>
        options is { IsForCallers: true, RequireKeys: false } && environment.IsProduction()
            ? ValidateOptionsResult.Fail(
                "Access:RequireKeys is false in the Production environment: remove it and make keys with ssfer keys add NAME, or set "
                    + "DOTNET_ENVIRONMENT to another environment"
            )
            : ValidateOptionsResult.Success;
}
