using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SsFer.Contracts;
using SsFer.Testing.Walks;

namespace SsFer.AppHost.Tests;

/// <summary>Kills every resource of a system in turn, as <c>kill -9</c> does, each while a run goes on, and starts it again.</summary>
/// <param name="system">All of it healthy.</param>
/// <param name="walk">Has walked in it: its run is what those of the drill are measured against.</param>
internal sealed class KillDrill(RunningSystem system, PicturesToAnswers walk)
{
    private const string ProcessIdProperty = "executable.pid";

    private int _runs;
    private string? _open;

    public async Task KillEachAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        foreach (var resource in system.Resources)
        {
            await GoOnAsync();
            patience.CancelAfter(Waits.Patience);
            await KillAndStartAsync(resource, patience.Token);
        }

        await system.UntilHealthyAsync();
        await GoOnAsync();
        for (var run = 1; run <= _runs; run++)
        {
            await walk.UntilCompletedThoughModelsWereForgottenAsync(NameOf(run)); // the last, or one whose end Azurite forgot
            await walk.AssertSameModelAsync(NameOf(run));
        }
    }

    private static string NameOf(int run) => string.Create(CultureInfo.InvariantCulture, $"killed-{run}");

    /// <summary>There is a run to do, whatever became of the last one.</summary>
    private async Task GoOnAsync()
    {
        var (exists, isCompleted) = _open is null ? (true, true) : await walk.LookAtAsync(_open);
        if (isCompleted)
        {
            _open = NameOf(++_runs);
        }

        // Azurite writes what it knows of its blobs every five seconds, so a kill makes it forget the newest: who asked asks again.
        if (isCompleted || !exists)
        {
            await walk.StartRunAsync(_open!);
        }
    }

    private async Task KillAndStartAsync(IResource resource, CancellationToken cancellationToken)
    {
        var running = await system.Application.ResourceNotifications.WaitForResourceAsync(
            resource.Name,
            now => ProcessIdOf(now.Snapshot) is not null && now.Snapshot.State?.Text == KnownResourceStates.Running,
            cancellationToken
        );
        var victim = ProcessIdOf(running.Snapshot)!.Value;
        using (var process = Process.GetProcessById(victim))
        {
            process.Kill();
        }

        await system.Application.ResourceNotifications.WaitForResourceAsync(
            resource.Name,
            now => KnownResourceStates.TerminalStates.Contains(now.Snapshot.State?.Text),
            cancellationToken
        );
        var started = await system.Application.ResourceCommands.ExecuteCommandAsync(
            running.ResourceId,
            KnownResourceCommands.StartCommand,
            cancellationToken
        );
        Assert.True(started.Success, $"{resource.Name}: {started.Message}");
        await system.Application.ResourceNotifications.WaitForResourceAsync(
            resource.Name,
            now =>
                ProcessIdOf(now.Snapshot) is { } id
                && id != victim
                && (!IsAsked(resource) || now.Snapshot.HealthStatus == HealthStatus.Healthy),
            cancellationToken
        );
    }

    /// <summary>Whether the drill itself needs it to go on; of the others the next is killed while one still starts.</summary>
    private static bool IsAsked(IResource resource) => resource is not ProjectResource || resource.Name == ResourceNames.Console;

    private static int? ProcessIdOf(CustomResourceSnapshot snapshot) =>
        snapshot.Properties.FirstOrDefault(property => property.Name == ProcessIdProperty)?.Value is { } id
            ? Convert.ToInt32(id, CultureInfo.InvariantCulture)
            : null;
}
