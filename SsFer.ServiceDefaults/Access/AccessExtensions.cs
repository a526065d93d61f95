using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Access;
using SsFer.ServiceDefaults.Storage;

namespace SsFer.ServiceDefaults.Access;

/// <summary>API keys and limits for each caller.</summary>
public static class AccessExtensions
{
    /// <summary>Carries a key, where <c>Authorization: Bearer</c> does not.</summary>
    public const string KeyHeader = "X-API-Key";

    /// <summary>
    /// Requests are let in by the keys of the store where <see cref="AccessOptions"/> demands it, and limited for each caller; once,
    /// however often it is called. Operations say what they need with <see cref="AccessPolicies"/>.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="forCallers">It is one that callers from outside are meant to reach: keys are demanded unless told otherwise.</param>
    public static TBuilder AddApiKeys<TBuilder>(this TBuilder builder, bool forCallers)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        if (forCallers)
        {
            services.Configure<AccessOptions>(options => options.IsForCallers = true);
        }

        if (services.Any(service => service.ServiceType == typeof(ApiKeyring)))
        {
            return builder;
        }

        builder.AddArtifactStore();
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateOnStart();
        services.TryAddEnumerable([
            ServiceDescriptor.Singleton<IValidateOptions<AccessOptions>, AccessOptionsRanges>(),
            ServiceDescriptor.Singleton<IValidateOptions<AccessOptions>, AccessOptionsValidation>(),
        ]);
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<ApiKeyring>();
        services.AddHostedService<ApiKeyWatch>();
        services.AddScheme();
        services.AddAuthorization(AccessPolicies.AddTo);
        services.AddSingleton<CallerLimits>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<CallerLimits>((limiter, limits) => limits.AddTo(limiter));
        return builder;
    }

    /// <summary>After routing: who calls, how much of it, whether it may; nothing where the service has no keys.</summary>
    internal static void UseAccess(this WebApplication app)
    {
        if (app.Services.GetService<CallerLimits>() is not { } limits)
        {
            return;
        }

        app.UseAuthentication();
        app.UseRateLimiter();
        app.Use(
            (context, next) =>
            {
                limits.Tell(context);
                return next(context);
            }
        );
        app.UseAuthorization();
    }

    /// <summary>The core of authentication alone: the whole brings data protection, which writes keys of its own to the disk.</summary>
    private static void AddScheme(this IServiceCollection services)
    {
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = ApiKeyHandler.SchemeName;
            options.AddScheme<ApiKeyHandler>(ApiKeyHandler.SchemeName, displayName: null);
        });
        services.TryAddTransient<ApiKeyHandler>();
        services.AddWebEncoders();
    }
}
