using System.Text.Json;

namespace SsFer.Learning.Tests.Golden;

/// <summary>Numbers made by the script of the same name beside the file.</summary>
internal static class GoldenFile
{
    public static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", name)));
        return document.RootElement.Clone();
    }

    public static byte[] Bytes(this JsonElement element) => element.GetBytesFromBase64();

    public static float[] Floats(this JsonElement element) => [.. element.EnumerateArray().Select(v => v.GetSingle())];
}
