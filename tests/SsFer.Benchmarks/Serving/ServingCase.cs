using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using SsFer.Inference;
using SsFer.Inference.Models;
using SsFer.Testing;

namespace SsFer.Benchmarks.Serving;

/// <summary>
/// The endpoint under load beside its bare stages in this process: milliseconds and processor time a request, for one client and many,
/// and at half the rate that it can bear.
/// </summary>
internal static class ServingCase
{
    private static readonly int[] Clients = [1, 4, 16, 64];
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(8);

    /// <param name="seconds">Of each measurement; 10 unless told.</param>
    public static async Task<int> RunAsync(string? seconds)
    {
        if (RealData.FolderOf(Environment.GetEnvironmentVariable("SSFER_TEST_DATA")) is not { } data)
        {
            await Console.Error.WriteLineAsync("error: name the folder of real faces with SSFER_TEST_DATA");
            return 2;
        }

        var duration = TimeSpan.FromSeconds(seconds is null ? 10 : double.Parse(seconds, CultureInfo.InvariantCulture));
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1024 });
        Console.WriteLine("| picture | load | requests/s | p50 ms | p95 ms | p99 ms | CPU ms a request | 503 | failed |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var picture in LoadPicture.From(data))
        {
            await BareAsync(picture, duration);
            await ServedAsync(client, picture, duration);
        }

        return 0;
    }

    private static async Task BareAsync(LoadPicture picture, TimeSpan duration)
    {
        using var pipeline = new FaceExpressionPipeline(BuiltInModel.Open(), new InferenceOptions());
        var turns = new PictureTurns(Environment.ProcessorCount, 1L << 30, TimeProvider.System);
        var asked = new AnswerOptions { IsCropped = picture.IsCropped };
        async Task<bool?> AskAsync(CancellationToken cancellationToken)
        {
            var answers = await pipeline.AnswerAsync(
                [new UploadedPicture("picture", picture.Content)],
                asked,
                turns,
                new PhaseClock(TimeProvider.System),
                cancellationToken
            );
            return answers[0].Faces.Count > 0;
        }

        await Load.ClosedAsync(AskAsync, 1, Warming, CancellationToken.None);
        var before = Environment.CpuUsage.TotalTime;
        var result = await Load.ClosedAsync(AskAsync, 1, duration, CancellationToken.None);
        Write(picture, "bare stages, one after the other", result, Environment.CpuUsage.TotalTime - before);
    }

    private static async Task ServedAsync(HttpClient client, LoadPicture picture, TimeSpan duration)
    {
        using var endpoint = await InferenceProcess.StartAsync(
            (address, token) => AskAsync(client, address, picture, token),
            CancellationToken.None
        );
        Task<bool?> Ask(CancellationToken token) => AskAsync(client, endpoint.Address, picture, token);
        await Load.ClosedAsync(Ask, 4, Warming, CancellationToken.None);
        var best = 0.0;
        foreach (var clients in Clients)
        {
            var before = endpoint.ProcessorTime;
            var result = await Load.ClosedAsync(Ask, clients, duration, CancellationToken.None);
            Write(picture, $"{clients} clients", result, endpoint.ProcessorTime - before);
            best = Math.Max(best, result.PerSecond);
        }

        var began = endpoint.ProcessorTime;
        var steady = await Load.AtRateAsync(Ask, best / 2, duration, CancellationToken.None);
        Write(picture, string.Create(CultureInfo.InvariantCulture, $"{best / 2:0}/s, fixed"), steady, endpoint.ProcessorTime - began);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| | start to first answer {endpoint.Start.TotalSeconds:0.00} s, {endpoint.WorkingSet >> 20} MB after the load "
                    + $"{string.Concat(Enumerable.Repeat("| ", 7))}|"
            )
        );
    }

    private static async Task<bool?> AskAsync(HttpClient client, Uri address, LoadPicture picture, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(picture.Content);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg"); // which of them it is the endpoint sees for itself
        var query = picture.IsCropped ? "?cropped=true" : "";
        try
        {
            using var answer = await client.PostAsync(new Uri(address, $"/v1/expressions{query}"), content, cancellationToken);
            await answer.Content.CopyToAsync(Stream.Null, cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.ServiceUnavailable => null,
                _ => false,
            };
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Write(LoadPicture picture, string load, LoadResult result, TimeSpan processor) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {picture.Name} | {load} | {result.PerSecond:0} | {result.Percentile(0.5):0.0} | {result.Percentile(0.95):0.0} | "
                    + $"{result.Percentile(0.99):0.0} | {processor.TotalMilliseconds / Math.Max(1, result.Milliseconds.Length):0.0} | "
                    + $"{result.Refused} | {result.Failed} |"
            )
        );
}
