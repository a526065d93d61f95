using System.Net;
using SsFer.Testing;

namespace SsFer.Inference.Tests;

/// <summary>The service in a process whose heap has no room for a picture that its settings allow.</summary>
[Trait("Category", "Slow")]
public sealed class LittleMemoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_PictureThatDoesNotFit_IsToldToComeAgainAndOthersAreAnswered()
    {
        using var client = new HttpClient();
        var small = Requests.Plain();
        var large = Attacks.Flat(4600, image => image.PngsaveBuffer()); // 63 million bytes, and no JPEG, of which fewer would do
        using var service = await InferenceProcess.StartAsync(
            async (address, _) => (await PostAsync(client, address, small)).StatusCode == HttpStatusCode.OK ? true : null,
            Token,
            ("DOTNET_GCHeapHardLimit", "0x4000000"),
            ("Inference__MaxDecodingBytes", "536870912")
        );

        for (var i = 0; i < 3; i++)
        {
            using var refused = await PostAsync(client, service.Address, large);
            using var answered = await PostAsync(client, service.Address, small);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains("no memory for", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, Uri address, byte[] picture)
    {
        using var body = Requests.Body(picture);
        return await client.PostAsync(new Uri(address, Requests.Path), body, Token);
    }
}
