using Microsoft.AspNetCore.Authorization;
using SsFer.Artifacts.Access;

namespace SsFer.ServiceDefaults.Access;

/// <summary>
/// What an operation may demand of a key. One that says nothing demands <see cref="Operate"/>: what is added later is closed until
/// somebody opens it.
/// </summary>
public static class AccessPolicies
{
    /// <summary>Any key that is valid.</summary>
    public const string AnyKey = "any";

    public const string Predict = "predict";

    public const string Operate = "operate";

    internal static void AddTo(AuthorizationOptions options)
    {
        options.AddPolicy(AnyKey, policy => policy.RequireRole(Enum.GetValues<ApiKeyRole>().Select(NameOf)));
        options.AddPolicy(Predict, policy => policy.RequireRole(NameOf(ApiKeyRole.Predict)));
        options.AddPolicy(Operate, policy => policy.RequireRole(NameOf(ApiKeyRole.Operate)));
        options.FallbackPolicy = options.GetPolicy(Operate);
    }

    /// <summary>What people call a role.</summary>
    public static string NameOf(ApiKeyRole role) => role == ApiKeyRole.Predict ? Predict : Operate;
}
