using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Models;

namespace SsFer.Inference.Candidates;

/// <summary>What it takes to try a model beside production.</summary>
internal static class CandidateServices
{
    public static IServiceCollection AddCandidates(this IServiceCollection services)
    {
        services.AddOptions<CandidateOptions>().BindConfiguration(CandidateOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CandidateOptions>, CandidateOptionsValidation>();
        services.TryAddSingleton<CandidateRegistry>();
        services.AddSingleton<CandidateAbort>();
        services.AddSingleton<CandidateModel>();
        services.AddSingleton<RoleTelemetry>();
        services.AddSingleton<AskModel>(MeasuredAnswers.AskAsync);
        services.AddSingleton<MeasuredAnswers>();
        services.AddSingleton<TriedAnswers>();
        services.AddSingleton<ShadowWork>();
        services.AddHostedService(provider => provider.GetRequiredService<ShadowWork>());
        return services;
    }
}
