using System.Text.Json;

namespace SsFer.Console.Tests;

/// <summary>What the service answered.</summary>
internal static class Answer
{
    /// <summary>The JSON of an answer that must have this status.</summary>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, int status)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} instead of {status}: {text}");
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
    }

    /// <summary>The one line that a refusal says.</summary>
    public static async Task<string> RefusalAsync(HttpResponseMessage response, int status)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var detail = (await ReadAsync(response, status)).GetProperty("detail").GetString()!;
        Assert.DoesNotContain('\n', detail);
        return detail;
    }
}
