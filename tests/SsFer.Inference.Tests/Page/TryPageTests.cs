using System.Text.Json;
using Microsoft.Playwright;
using SsFer.Faces.Imaging;
using SsFer.Synthetic;

namespace SsFer.Inference.Tests.Page;

/// <summary>The page at <c>/</c>, in a real browser.</summary>
[Trait("Category", "Slow")]
public sealed class TryPageTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Picture_ThatIsChosen_IsAnsweredWithBoxesWhereTheFacesAre()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);
        await using var tried = await TriedPage.OpenAsync(fixture.Browser, host);
        await tried.Page.GetByText("Model m, version 1: neutral, happiness, sadness").WaitForAsync();

        var response = await tried.Page.RunAndWaitForResponseAsync(
            () => tried.ChooseAsync(Faces(), "2 faces: "),
            answer => answer.Url.Contains(Requests.Path, StringComparison.Ordinal)
        );

        var picture = JsonSerializer.Deserialize<ExpressionsAnswer>(await response.TextAsync(), JsonSerializerOptions.Web)!.Pictures[0];
        var drawn = (await tried.Page.Locator("#picture").BoundingBoxAsync())!;
        for (var i = 0; i < 2; i++)
        {
            var box = (await tried.Boxes.Nth(i).BoundingBoxAsync())!;
            var told = picture.Faces[i].Box;
            Assert.Equal(told.Left / picture.Width!.Value, (box.X - drawn.X) / drawn.Width, 0.01);
            Assert.Equal(told.Top / picture.Height!.Value, (box.Y - drawn.Y) / drawn.Height, 0.01);
            Assert.Equal((told.Right - told.Left) / picture.Width!.Value, box.Width / drawn.Width, 0.01);
            Assert.Equal((told.Bottom - told.Top) / picture.Height!.Value, box.Height / drawn.Height, 0.01);
        }

        Assert.Equal(6, await tried.Page.Locator(".faces .bar").CountAsync());
        await tried.KeepAsync("wide");
        await tried.Page.SetViewportSizeAsync(390, 844);
        await tried.KeepAsync("phone");
        tried.AssertCalm();
    }

    [Fact]
    public async Task Page_OnAPhone_IsAsWideAsTheScreen_AndEverythingIsReachedByKeyboard()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);
        await using var tried = await TriedPage.OpenAsync(fixture.Browser, host, (360, 760), ColorScheme.Dark);
        await tried.ChooseAsync(Faces(), "2 faces: ");

        Assert.True(await tried.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"));
        await tried.Page.FocusAsync("#file");
        foreach (var expected in new[] { "camera", "explain", "cropped" })
        {
            await tried.Page.Keyboard.PressAsync("Tab");
            Assert.Equal(expected, await tried.Page.EvaluateAsync<string>("document.activeElement.id"));
        }

        await tried.Page.Keyboard.PressAsync("Tab");
        await tried.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("true", await tried.Page.Locator(".faces button").First.GetAttributeAsync("aria-pressed"));
        Assert.Equal("box chosen", await tried.Boxes.First.GetAttributeAsync("class"));
        await tried.KeepAsync("phone-dark");
        tried.AssertCalm();
    }

    [Fact]
    public async Task HeatMap_WhenItIsAskedFor_LiesOverTheFace()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);
        await using var tried = await TriedPage.OpenAsync(fixture.Browser, host, (1280, 900), ColorScheme.Dark);
        await tried.ChooseAsync(Faces(), "2 faces: ");
        Assert.Equal(0, await tried.Page.Locator(".box canvas").CountAsync());

        await tried.Page.CheckAsync("#explain");

        await tried.Page.GetByText("Covering the brightest part takes").First.WaitForAsync();
        await tried.Page.Locator(".box canvas[width='96']").Nth(1).WaitForAsync();
        await tried.KeepAsync("heat-dark");
        await tried.Page.UncheckAsync("#explain");
        await tried.Page.Locator(".point").First.WaitForAsync();
        Assert.Equal(0, await tried.Page.Locator(".box canvas").CountAsync());
        tried.AssertCalm();
    }

    [Fact]
    public async Task Camera_SendsOneFrameAtATime_UntilItIsStopped()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        await using var tried = await TriedPage.OpenAsync(fixture.Browser, host);

        await tried.Page.ClickAsync("#camera");
        for (var frame = 0; frame < 3; frame++)
        {
            await tried.Page.WaitForResponseAsync(answer => answer.Url.Contains(Requests.Path, StringComparison.Ordinal));
        }

        await tried.Page.ClickAsync("#stop");

        await tried.Page.Locator("#camera").WaitForAsync();
        Assert.Equal("camera", await tried.Page.EvaluateAsync<string>("document.activeElement.id"));
        await tried.Page.EvaluateAsync("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
        var times = await tried.Page.EvaluateAsync<double[][]>(
            "performance.getEntriesByType('resource').filter(one => one.name.includes('expressions'))"
                + ".map(one => [one.startTime, one.responseEnd])"
        );
        Assert.All(times.Skip(1).Zip(times), pair => Assert.True(pair.First[0] >= pair.Second[1], "a frame was sent before the answer"));
        tried.AssertCalm();
    }

    [Fact]
    public async Task Words_ForWhatCannotBeAnswered_AreClear()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(null, ("MaxPictureBytes", "300000"));
        await using var tried = await TriedPage.OpenAsync(fixture.Browser, host);
        await tried.Page.GetByText("No model: no model is in production yet").WaitForAsync();
        await tried.ChooseAsync(Requests.Plain(), "There is no model yet.");
        await host.PromoteAsync(model.Id, model.ToOnnx());
        await host.Production.RefreshAsync(TestContext.Current.CancellationToken);

        await tried.ChooseAsync(Requests.Plain(200, 200), "No face found.");
        await tried.ChooseAsync("no picture"u8.ToArray(), "This is not a picture that can be read: image is not an image");
        await tried.ChooseAsync(new byte[300_001], "The picture is too large.");
    }

    [Fact]
    public async Task Refusals_OfAServiceWithKeysAndLimits_AskForTheKeyAndTellTheWait()
    {
        using var model = new TestModel("m", detector: "none");
        await using var host = await InferenceHost.StartAsync(model);
        await using var tried = await TriedPage.OpenAsync(fixture.Browser, host);
        var sent = new List<string?>();
        await tried.Page.RouteAsync("**/v1/expressions*", async route =>
        {
            sent.Add(route.Request.Headers.GetValueOrDefault("authorization"));
            await (
                sent.Count switch
                {
                    1 => route.FulfillAsync(new RouteFulfillOptions { Status = 401, Body = "{}" }),
                    2 => route.FulfillAsync(
                        new RouteFulfillOptions
                        {
                            Status = 429,
                            Headers = [KeyValuePair.Create("Retry-After", "7")],
                            Body = "{}",
                        }
                    ),
                    _ => route.ContinueAsync(),
                }
            );
        });

        await tried.ChooseAsync(Requests.Plain(), "This service needs a key");
        await tried.Page.FillAsync("#key", "secret");
        await tried.Page.Keyboard.PressAsync("Enter");
        await tried.Status.Filter(new LocatorFilterOptions { HasText = "Too many requests: try again in 7 s." }).WaitForAsync();
        await tried.ChooseAsync(Requests.Plain(), "One face: ");

        Assert.Equal([null, "Bearer secret", "Bearer secret"], sent);
        Assert.Equal("", await tried.Page.InputValueAsync("#key"));
        Assert.Equal("0 0", await tried.Page.EvaluateAsync<string>("`${localStorage.length} ${sessionStorage.length}`"));
    }

    /// <summary>Two drawn faces on grey, of different size.</summary>
    private static byte[] Faces()
    {
        var drawn = new SyntheticFaces(seed: 5, size: 160);
        var (width, height) = (640, 400);
        byte[] pixels = [.. Enumerable.Repeat((byte)120, width * height * 3)];
        Put(drawn.Draw(0).Picture, 60, 60);
        Put(drawn.Draw(1).Picture.Resize(220, 220), 360, 120);
        return new Picture(width, height, pixels).EncodePng();

        void Put(Picture face, int left, int top)
        {
            for (var row = 0; row < face.Height; row++)
            {
                face.Pixels.Slice(row * face.Width * 3, face.Width * 3).CopyTo(pixels.AsSpan((((top + row) * width) + left) * 3));
            }
        }
    }
}
