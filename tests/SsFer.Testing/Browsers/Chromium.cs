using Microsoft.Playwright;
using SsFer.LocalServers;

namespace SsFer.Testing.Browsers;

/// <summary>The browser of this machine, with a profile of its own.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    /// <summary>What a test says that is skipped for want of it.</summary>
    public const string Needed = "skipped: needs chromium";

    private const string Setting = "SSFER_CHROMIUM";

    /// <summary>As long as a busy machine may take; only a test that fails waits for so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

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
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--use-fake-device-for-media-stream", // a camera that shows a test picture
                    "--use-fake-ui-for-media-stream",
                ],
            }
        );
        return new Chromium(playwright, browser);
    }

    /// <summary>A page that waits as long as a busy machine may take.</summary>
    public async Task<IPage> OpenAsync(Uri address)
    {
        var page = await NewPageAsync(1600, 900);
        await page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>Likewise, of a size, before it goes anywhere.</summary>
    public async Task<IPage> NewPageAsync(int width, int height, ColorScheme colours = ColorScheme.Light)
    {
        var page = await _browser.NewPageAsync(
            new BrowserNewPageOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = height },
                ColorScheme = colours,
            }
        );
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        page.SetDefaultNavigationTimeout((float)Patience.TotalMilliseconds);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }
}
