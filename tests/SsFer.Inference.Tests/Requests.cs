using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc;
using SsFer.Faces.Imaging;

namespace SsFer.Inference.Tests;

/// <summary>Requests as clients make them, and pictures to put into them.</summary>
internal static class Requests
{
    public const string Path = "/v1/expressions";

    /// <summary>A picture of one colour.</summary>
    public static byte[] Plain(int width = 40, int height = 30) =>
        new Picture(width, height, [.. Enumerable.Repeat((byte)90, width * height * 3)]).EncodePng();

    public static MultipartFormDataContent Form(params (string Name, byte[] Content)[] pictures)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in pictures)
        {
            form.Add(new ByteArrayContent(content), "images", name);
        }

        return form;
    }

    public static HttpContent Body(byte[] content, string type = "image/png")
    {
        var body = new ByteArrayContent(content);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return body;
    }

    /// <summary>As <c>{"pictures": [...]}</c>; a picture without a name where it is null.</summary>
    public static HttpContent Json(params (string? Name, byte[] Content)[] pictures)
    {
        var each = pictures.Select(picture =>
            picture.Name is null
                ? new Dictionary<string, string> { ["data"] = Convert.ToBase64String(picture.Content) }
                : new() { ["name"] = picture.Name, ["data"] = Convert.ToBase64String(picture.Content) }
        );
        return JsonContent.Create(new Dictionary<string, object> { ["pictures"] = each });
    }

    public static async Task<ExpressionsAnswer> AnswerAsync(this InferenceHost host, HttpContent content, string query = "")
    {
        using var response = await host.Client.PostAsync(Path + query, content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return (await response.Content.ReadFromJsonAsync<ExpressionsAnswer>(TestContext.Current.CancellationToken))!;
    }

    /// <summary>A refusal: its status, and its one line.</summary>
    public static async Task<(int Status, string Detail)> RefusalAsync(this InferenceHost host, HttpContent content, string query = "")
    {
        using var response = await host.Client.PostAsync(Path + query, content, TestContext.Current.CancellationToken);
        return await ProblemAsync(response);
    }

    public static async Task<(int Status, string Detail)> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync<ProblemDetails>(TestContext.Current.CancellationToken))!;
        Assert.Equal((int)response.StatusCode, problem.Status);
        Assert.False(string.IsNullOrEmpty(problem.Title));
        return (problem.Status!.Value, problem.Detail!);
    }

    /// <summary>Faces of LFW as files, evenly spread over the archive.</summary>
    public static IReadOnlyList<byte[]> RealFaces(int count)
    {
        using var zip = ZipFile.OpenRead(System.IO.Path.Combine(Testing.RealData.Folder, "lfw", "lfw-128.zip"));
        var entries = zip.Entries.Where(entry => entry.Length > 0).ToList();
        return [.. Enumerable.Range(0, count).Select(i => Read(entries[i * (entries.Count / count)]))];

        static byte[] Read(ZipArchiveEntry entry)
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return memory.ToArray();
        }
    }
}
