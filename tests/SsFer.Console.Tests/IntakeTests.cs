using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SsFer.Console.Tests;

/// <summary>What is sent to take the service's memory.</summary>
public sealed class IntakeTests
{
    private const int Half = 40_000;
    private static readonly (string, string)[] Small =
    [
        ("Console:MaxDocumentBytes", "65536"),
        ("Console:MaxHeldBytes", "65536"),
        ("Console:MinUploadRate", "0"), // one of the bodies stands still
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bodies_ManyAtATime_AreAskedToComeBack_UntilThereIsRoom()
    {
        await using var host = await ConsoleHost.StartAsync(Small);
        var unfinished = await SendUnfinishedAsync(host);
        await ConsoleHost.UntilAsync(async () =>
        {
            if (await StatusAsync(host) == HttpStatusCode.ServiceUnavailable)
            {
                return true;
            }

            if (unfinished.Available > 0) // answered: the body that looked for room had it just then, and this one was sent away
            {
                unfinished.Dispose();
                unfinished = await SendUnfinishedAsync(host);
            }

            return false;
        });
        unfinished.Dispose();

        await ConsoleHost.UntilAsync(async () => await StatusAsync(host) == HttpStatusCode.BadRequest); // read, and no object
    }

    [Fact]
    public async Task Labels_AsATableOfMillionsOfColumns_AreRefused()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.ImportAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/datasets/faces/labels")
        {
            Content = Pictures.Body(Encoding.ASCII.GetBytes(new string(',', 2_000_000)), "text/csv"),
        };
        request.Headers.Add("Idempotency-Key", "wide");

        Assert.Contains(
            "a row has more than 10000 cells",
            await Answer.RefusalAsync(await host.Client.SendAsync(request, Token), 422),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Name_OfMegabytes_IsNotSentBack()
    {
        await using var host = await ConsoleHost.StartAsync();
        var name = new string('n', 5_000_000);

        using var answer = await host.PostAsync("/api/runs", new { id = name, labelled = name });

        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.InRange((await answer.Content.ReadAsStringAsync(Token)).Length, 1, 5000);
        Assert.DoesNotContain(host.Log.Lines, line => line.Length > 5000);
    }

    [Fact]
    public async Task Bodies_ThatWereAnswered_HoldNoRoom()
    {
        await using var host = await ConsoleHost.StartAsync(Small);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(host));
        }
    }

    /// <summary>A body of which one byte is missing: its request holds room until the connection ends.</summary>
    private static async Task<TcpClient> SendUnfinishedAsync(ConsoleHost host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port, Token);
        var head = $"POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Half + 1}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string(' ', Half)), Token);
        return client;
    }

    private static async Task<HttpStatusCode> StatusAsync(ConsoleHost host)
    {
        using var answer = await host.Client.PostAsync(
            "/api/runs",
            Pictures.Body(Encoding.ASCII.GetBytes(new string(' ', Half)), "application/json"),
            Token
        );
        return answer.StatusCode;
    }
}
