using Microsoft.Playwright;

namespace SsFer.AppHost.Tests;

/// <summary>Aspire's dashboard as an engineer looks at it. A picture of each page is kept beside the tests' results.</summary>
/// <param name="page">Logged in.</param>
internal sealed class DashboardPages(IPage page)
{
    private readonly Uri _address = new(page.Url);

    public async Task AssertAllHealthyAsync(int resources)
    {
        // A resource that is not healthy runs "(Unhealthy)"
        await UntilShownAsync(page.GetByTitle("Running", new PageGetByTitleOptions { Exact = true }), resources);
        await KeepAsync("resources");
    }

    /// <summary>One trace for the whole run, over the processes of all its stages.</summary>
    public async Task AssertTraceOfRunAsync(IReadOnlyList<string> stages)
    {
        await GoAsync("traces");
        await page.GetByText("POST /api/runs").First.ClickAsync();
        foreach (var stage in stages)
        {
            await UntilShownAsync(page.GetByText($"stage {stage}", new PageGetByTextOptions { Exact = true }), times: 1);
        }

        await KeepAsync("trace");
    }

    /// <summary>The figures of a metric were drawn.</summary>
    public async Task AssertMetricAsync(string resource, string instrument)
    {
        await GoAsync($"metrics/resource/{resource}");
        await page.GetByTitle(instrument, new PageGetByTitleOptions { Exact = true }).ClickAsync();
        await UntilShownAsync(page.Locator(".scatterlayer path"), times: null);
        await KeepAsync("metrics");
    }

    private async Task GoAsync(string path) => await page.GotoAsync(new Uri(_address, path).ToString());

    private static Task UntilShownAsync(ILocator shown, int? times) =>
        Waits.UntilAsync($"{shown} is shown", async _ =>
            await shown.CountAsync() is var count && (times is null ? count > 0 : count == times)
        );

    private async Task KeepAsync(string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = KeptFiles.PathOf($"dashboard-{name}.png") });
}
