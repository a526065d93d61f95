using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Golden;

/// <summary>The numbers of <c>parity.safetensors</c>, which <c>parity.py</c> made with PyTorch.</summary>
internal static class ParityNumbers
{
    /// <summary>Largest difference allowed, relative to the largest magnitude of the tensor.</summary>
    public const double Tolerance = 1e-5;

    private static readonly Lazy<IReadOnlyDictionary<string, Tensor>> Tensors = new(Read);

    public static string FolderPath { get; } = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static Tensor Get(string name) => Tensors.Value[name];

    /// <summary>The tensors under a prefix, by the rest of their names.</summary>
    public static Dictionary<string, Tensor> Under(string prefix) =>
        Tensors
            .Value.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);

    /// <summary>Asserts |actual - expected| &lt;= 1e-5 max|expected| and writes the measured ratio to the test's output.</summary>
    public static void AssertClose(string name, Tensor actual)
    {
        using var scope = NewDisposeScope();
        var expected = Get(name);
        Assert.Equal(expected.shape, actual.shape);
        double scale = expected.abs().max().item<float>();
        Assert.True(scale > 0, $"{name}: the expected values are all zero and prove nothing");
        var error = (actual.detach().to(ScalarType.Float32) - expected).abs().max().item<float>() / scale;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} {error:E1}");
        Assert.True(error <= Tolerance, $"{name}: off by {error:E2} of its largest magnitude");
    }

    /// <summary>Asserts that every trainable parameter's gradient is the stored one.</summary>
    public static void AssertGradients(string prefix, ParameterSet parameters)
    {
        var specs = parameters.Layout.Specs;
        for (var i = 0; i < specs.Count; i++)
        {
            if (specs[i].Trainable)
            {
                AssertClose(prefix + specs[i].Name, parameters[new ParameterSlot(i)].grad!);
            }
        }

        Assert.Equal(
            Under(prefix).Keys.Order(StringComparer.Ordinal),
            specs.Where(spec => spec.Trainable).Select(spec => spec.Name).Order(StringComparer.Ordinal)
        );
    }

    private static IReadOnlyDictionary<string, Tensor> Read()
    {
        using var stream = File.OpenRead(Path.Combine(FolderPath, "parity.safetensors"));
        return Safetensors.ReadAsync(stream, "parity.safetensors", CancellationToken.None).GetAwaiter().GetResult().Tensors;
    }
}
