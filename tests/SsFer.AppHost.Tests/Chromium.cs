using Microsoft.Playwright;
using SsFer.LocalServers;

namespace SsFer.AppHost.Tests;

/// <summary>The browser of this machine, with a profile of its own.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>What a test says that is skipped for want of it.</summary>
    public const string Needed = "skipped: needs chromium";

    private const string Setting = "SSFER_CHROMIUM";
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static bool IsInstalled => Program is not null;

    private static string? Program => InstalledProgram.Find(Setting, [], "chromium");

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            }
        );
        return new Chromium(playwright, browser);
    }

    /// <summary>A page that waits as long as a busy machine may take.</summary>
    public async Task<IPage> OpenAsync(Uri address)
    {
        var page = await _browser.NewPageAsync(
            new BrowserNewPageOptions
            {
                ViewportSize = new ViewportSize { Width = 1600, Height = 900 },
            }
        );
        page.SetDefaultTimeout((float)Waits.Patience.TotalMilliseconds);
        page.SetDefaultNavigationTimeout((float)Waits.Patience.TotalMilliseconds);
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }
}
