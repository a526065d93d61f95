using System.Text.Json;

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>What the tests ask the endpoint.</summary>
internal static class InferenceExtensions
{
    /// <summary>Waits until the endpoint serves this model.</summary>
    public static Task UntilServesAsync(this HttpClient inference, string model, CancellationToken cancellationToken) =>
        Patience.UntilAsync(
            $"model {model} in production",
            async token =>
            {
                using var answer = await inference.GetAsync(new Uri("/v1/model", UriKind.Relative), token);
                return
                    answer.IsSuccessStatusCode
                    && JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(token)).GetProperty("id").GetString()
                        == model
                    ? model
                    : null;
            },
            cancellationToken
        );
}
