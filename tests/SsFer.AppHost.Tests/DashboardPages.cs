using System.Diagnostics;
using Microsoft.Playwright;
using SsFer.Testing.Browsers;

namespace SsFer.AppHost.Tests;

/// <summary>Aspire's dashboard as an engineer looks at it. A picture of each page is kept beside the tests' results.</summary>
/// <param name="page">Logged in.</param>
internal sealed class DashboardPages(IPage page)
{
    /// <summary>After so long a page is loaded anew: one whose connection to the dashboard broke shows nothing new.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);

    private readonly Uri _address = new(page.Url);

    public async Task AssertAllHealthyAsync(int resources)
    {
        // A resource that is not healthy runs "(Unhealthy)"; the head of the page may say "Running", too
        var healthy = page.GetByTitle("Running", new PageGetByTitleOptions { Exact = true });
        await UntilShownAsync(page.GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { Has = healthy }), resources);
        Assert.Equal(0, await page.GetByText("development certificate").CountAsync()); // no warning of what nobody needs
        await KeepAsync("resources");
    }

    /// <summary>One trace for the whole run, over the processes of all its stages.</summary>
    public async Task AssertTraceOfRunAsync(IReadOnlyList<string> stages)
    {
        await GoAsync("traces");
        await page.GetByText("POST /api/runs").First.ClickAsync();
        foreach (var stage in stages)
        {
            await UntilShownAsync(page.GetByText($"stage {stage}", new PageGetByTextOptions { Exact = true }), times: null);
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

    private async Task UntilShownAsync(ILocator shown, int? times)
    {
        var loaded = Stopwatch.StartNew();
        var count = 0;
        try
        {
            await Waits.UntilAsync($"{shown} is shown", async _ =>
            {
                if (loaded.Elapsed > Stale)
                {
                    await page.ReloadAsync();
                    loaded.Restart();
                }

                count = await shown.CountAsync();
                return times is null ? count > 0 : count == times;
            });
        }
        catch (TimeoutException fault)
        {
            await KeepAsync("failed");
            throw new TimeoutException($"{fault.Message}: {count} of {times}\n{await page.Locator("body").InnerTextAsync()}", fault);
        }
    }

    private async Task KeepAsync(string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = KeptFiles.PathOf($"dashboard-{name}.png") });
}
