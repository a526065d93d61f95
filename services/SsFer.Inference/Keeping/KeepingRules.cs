using Microsoft.Extensions.Options;
using SsFer.Contracts;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.Inference.Keeping;

/// <summary>Where pictures may be kept.</summary>
internal sealed class KeepingRules(IHostEnvironment environment, IConfiguration configuration) : IValidateOptions<InferenceOptions>
{
    private const string Section = $"{InferenceOptions.Section}:{nameof(InferenceOptions.Keep)}";
    private const string Enabled = $"{Section}:{nameof(KeepOptions.Enabled)}";

    public ValidateOptionsResult Validate(string? name, InferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Keep.Enabled && FaultOf(options.Keep) is { } fault
            ? ValidateOptionsResult.Fail(fault)
            : ValidateOptionsResult.Success;
    }

    private string? FaultOf(KeepOptions keep) =>
        configuration.GetConnectionString(ResourceNames.Blobs) switch
        {
            null or "" => $"{Enabled} is true and there is no store to keep pictures in: set ConnectionStrings:{ResourceNames.Blobs}, or "
                + "remove it",
            var store when environment.IsProduction() && StoreConnection.IsFolder(store) && !keep.AllowFolder =>
                $"{Enabled} is true and the store is a folder, which encrypts nothing: keep pictures in Azure Storage, or, where the "
                    + $"folder's disk is encrypted, set {Section}:{nameof(KeepOptions.AllowFolder)} to true",
            _ => null,
        };
}
