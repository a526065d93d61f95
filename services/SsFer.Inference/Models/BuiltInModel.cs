using System.Text.Json;
using SsFer.Faces;

namespace SsFer.Inference.Models;

/// <summary>
/// The model that comes with the program: it answers until one of the store is in production, and at the terminal where none is named.
/// How it was trained and what it can do stands in its card.
/// </summary>
public static class BuiltInModel
{
    private const string ModelFile = "built-in.onnx";
    private const string CardFile = "built-in.json";

    /// <summary>Opens it, and runs it once.</summary>
    /// <param name="device">Where it is to run.</param>
    public static ExpressionModel Open(OnnxDevice device = OnnxDevice.Cpu) =>
        ExpressionModel.Load(ReadFile(), "the built-in model", device);

    /// <summary>The whole ONNX file.</summary>
    internal static byte[] ReadFile()
    {
        using var file = Resource(ModelFile);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    internal static JsonElement ReadCard()
    {
        using var file = Resource(CardFile);
        return JsonSerializer.Deserialize<JsonElement>(file);
    }

    private static Stream Resource(string name) =>
        typeof(BuiltInModel).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"the program was built without its resource {name}");
}
