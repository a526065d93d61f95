using SsFer.Testing.Browsers;

namespace SsFer.Inference.Tests.Page;

/// <summary>One browser for the tests of a class; each opens pages of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private Chromium? _browser;

    /// <summary>Skips the test where there is none.</summary>
    internal Chromium Browser
    {
        get
        {
            Assert.SkipUnless(Chromium.IsInstalled, Chromium.Needed);
            return _browser!;
        }
    }

    public async ValueTask InitializeAsync() => _browser = Chromium.IsInstalled ? await Chromium.StartAsync() : null;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }
}
