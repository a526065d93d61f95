using System.Collections.Concurrent;
using Microsoft.Playwright;
using SsFer.Testing.Browsers;

namespace SsFer.Inference.Tests.Page;

/// <summary>The endpoint's page, open in a browser; notes what it asks for and complains of.</summary>
internal sealed class TriedPage : IAsyncDisposable
{
    private readonly Uri _address;

    private TriedPage(IPage page, Uri address) => (Page, _address) = (page, address);

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, also what the content policy kept from happening.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Every address that was asked.</summary>
    public ConcurrentQueue<Uri> Asked { get; } = new();

    public ILocator Status => Page.Locator("#status");

    public ILocator Boxes => Page.Locator(".box");

    public static async Task<TriedPage> OpenAsync(
        Chromium browser,
        InferenceHost host,
        (int Width, int Height)? size = null,
        ColorScheme colours = ColorScheme.Light
    )
    {
        var (width, height) = size ?? (1280, 900);
        var tried = new TriedPage(await browser.NewPageAsync(width, height, colours), host.Client.BaseAddress!);
        tried.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                tried.Complaints.Enqueue(message.Text);
            }
        };
        tried.Page.PageError += (_, error) => tried.Complaints.Enqueue(error);
        tried.Page.Request += (_, request) => tried.Asked.Enqueue(new Uri(request.Url));
        await tried.Page.GotoAsync(tried._address.ToString());
        return tried;
    }

    /// <summary>Chooses a file as a person does, and waits until the words are there.</summary>
    public async Task ChooseAsync(byte[] picture, string words)
    {
        await Page.SetInputFilesAsync(
            "#file",
            new FilePayload
            {
                Name = "picture.png",
                MimeType = "image/png",
                Buffer = picture,
            }
        );
        await Status.Filter(new LocatorFilterOptions { HasText = words }).WaitForAsync();
    }

    public async Task KeepAsync(string name) =>
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = KeptFiles.PathOf($"page-{name}.png"), FullPage = true });

    /// <summary>Nothing went wrong, and nobody else was asked.</summary>
    public void AssertCalm()
    {
        Assert.Empty(Complaints);
        Assert.All(Asked.Where(address => address.Scheme is not ("data" or "blob")), address =>
            Assert.Equal(_address.Authority, address.Authority)
        );
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
