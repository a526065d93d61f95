using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using SsFer.Console;
using SsFer.Contracts;
using SsFer.EmaTeacher;
using SsFer.Evaluation;
using SsFer.FaceDetection;
using SsFer.FineTuning;
using SsFer.Inference;
using SsFer.Pretraining;
using SsFer.ServiceDefaults;
using SsFer.ServiceDefaults.Messaging;

namespace SsFer.Cli.Commands.Up;

/// <summary>Every service of the system, composed as their own programs compose them, in one web application.</summary>
internal static class LocalSystem
{
    /// <summary>A machine of one's own unless somebody says otherwise: callers on it need no key.</summary>
    private static string EnvironmentName =>
        Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? Environments.Development;

    /// <param name="store">Folder of the store.</param>
    /// <param name="port">On localhost; 0 = any free one.</param>
    /// <param name="device">auto, cpu, cuda or cuda:n.</param>
    public static WebApplication Build(string store, int port, string device)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = EnvironmentName }
        );
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                [$"ConnectionStrings:{ResourceNames.Blobs}"] = $"folder:{store}",
                [$"ConnectionStrings:{ResourceNames.Messaging}"] = null,
                ["Compute:Device"] = device,
                ["AllowedHosts"] = "localhost;127.0.0.1", // a page elsewhere may have a name of its own point here
                ["urls"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"),
            }
        );
        // Standard output is for what commands answer.
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("SsFer", LogLevel.Information);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        builder.ShareProcess();
        builder.AddServiceDefaults();
        builder.AddFaceDetection();
        builder.AddPretraining();
        builder.AddFineTuning();
        builder.AddEmaTeacher();
        builder.AddEvaluation();
        builder.AddInference();
        builder.AddConsole();

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapInference();
        app.MapConsole();
        return app;
    }
}
