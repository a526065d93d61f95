using Microsoft.Playwright;

namespace SsFer.AppHost.Tests;

/// <summary>Aspire's dashboard, as an engineer looks at it; a picture of each page lies beside the tests' results.</summary>
internal sealed class DashboardPages(IPage page)
{
    private readonly Uri _address = new(page.Url);

    public async Task AssertAllHealthyAsync(int resources)
    {
        await page.WaitForTimeoutAsync(20000);
        await PictureAsync("resources");
    }

    public async Task AssertTraceOfRunAsync()
    {
        await page.GotoAsync(new Uri(_address, "/traces").ToString());
        await page.WaitForTimeoutAsync(5000);
        await PictureAsync("traces");
        await page.GetByText("POST /api/runs").First.ClickAsync();
        await page.WaitForTimeoutAsync(5000);
        await PictureAsync("trace");
    }

    public async Task AssertMetricAsync(string instrument)
    {
        await page.GotoAsync(new Uri(_address, "/metrics/resource/pretraining").ToString());
        await page.WaitForTimeoutAsync(5000);
        await PictureAsync("metrics");
        await page.GetByText(instrument).First.ClickAsync();
        await page.WaitForTimeoutAsync(5000);
        await PictureAsync("metric");
    }

    private async Task PictureAsync(string name)
    {
        var folder = Environment.GetEnvironmentVariable("SSFER_PICTURES") ?? "/tmp/w/pictures";
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"dashboard-{name}.png") });
        await File.WriteAllTextAsync(Path.Combine(folder, $"dashboard-{name}.html"), await page.ContentAsync());
    }
}
