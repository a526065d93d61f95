using System.Globalization;
using SsFer.Learning.Models;
using SsFer.Learning.Training;
using SsFer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Benchmarks;

/// <summary>Where the time of a transformer block goes: each kind of layer alone, forward and backward, at the shapes of a step.</summary>
internal static class LayerProfile
{
    private sealed record Shape(string Name, long Pictures, long Tokens, long Width, long Heads);

    private static readonly Shape[] Shapes =
    [
        new("compact encoder", 256, 10, 192, 3),
        new("compact decoder", 256, 37, 96, 3),
        new("compact facemix", 64, 37, 192, 3),
        new("base-224 encoder", 32, 50, 768, 12),
        new("base-224 decoder", 32, 197, 512, 16),
        new("base-224 fine-tuning", 16, 197, 768, 12),
    ];

    public static int Run(BenchmarkArguments arguments)
    {
        var target = ComputeTarget.Choose(arguments.Device, Precision.Auto, arguments.Threads);
        Console.WriteLine("| shape | layer | forward ms | backward ms | GFLOP/s |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var shape in Shapes.Where(shape => arguments.Wants(shape.Name)))
        {
            foreach (var (name, operations, inputs, layer) in Layers(shape, target))
            {
                Report(shape.Name, name, operations, inputs, layer, arguments, target);
            }
        }

        return 0;
    }

    private static IEnumerable<(string Name, double Operations, Tensor[] Inputs, Func<Tensor[], Tensor> Layer)> Layers(
        Shape shape,
        ComputeTarget target
    )
    {
        long n = shape.Pictures,
            t = shape.Tokens,
            d = shape.Width,
            h = shape.Heads;
        Tensor New(params long[] size) => randn(size, target.Type, target.Device).requires_grad_(true);
        Tensor Weight(params long[] size) => (randn(size, target.Type, target.Device) * 0.02).detach().requires_grad_(true);
        yield return ("norm", 0, [New(n, t, d), Weight(d), Weight(d)], x => nn.functional.layer_norm(x[0], [d], x[1], x[2]));
        yield return ("qkv", 6.0 * n * t * d * d, [New(n, t, d), Weight(3 * d, d), Weight(3 * d)], x =>
            nn.functional.linear(x[0], x[1], x[2])
        );
        yield return ("attention", 4.0 * n * t * t * d, [New(n, t, 3 * d)], x => Attention.Attend(x[0], h));
        yield return ("proj", 2.0 * n * t * d * d, [New(n, t, d), Weight(d, d), Weight(d)], x => nn.functional.linear(x[0], x[1], x[2]));
        yield return ("add", 0, [New(n, t, d), New(n, t, d)], x => x[0] + x[1]);
        yield return ("fc1", 8.0 * n * t * d * d, [New(n, t, d), Weight(4 * d, d), Weight(4 * d)], x =>
            nn.functional.linear(x[0], x[1], x[2])
        );
        yield return ("gelu", 0, [New(n, t, 4 * d)], x => nn.functional.gelu(x[0]));
        yield return ("fc2", 8.0 * n * t * d * d, [New(n, t, 4 * d), Weight(d, 4 * d), Weight(d)], x =>
            nn.functional.linear(x[0], x[1], x[2])
        );
    }

    private static void Report(
        string shape,
        string name,
        double operations,
        Tensor[] inputs,
        Func<Tensor[], Tensor> layer,
        BenchmarkArguments arguments,
        ComputeTarget target
    )
    {
        using var scope = NewDisposeScope();
        var onDevice = target.Device.type != DeviceType.CPU;
        using var gradient = layer(inputs).detach();
        void Forward()
        {
            using var inner = NewDisposeScope();
            layer(inputs);
        }

        void Both()
        {
            using var inner = NewDisposeScope();
            layer(inputs).backward([gradient]);
        }

        double forward = Stopwatches.Median(Forward, arguments.Rounds, 0.1, onDevice),
            both = Stopwatches.Median(Both, arguments.Rounds, 0.2, onDevice);
        var rate = operations > 0 ? (3 * operations / both / 1e9).ToString("F0", CultureInfo.InvariantCulture) : "";
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {shape} | {name} | {1000 * forward:F2} | {1000 * (both - forward):F2} | {rate} |"
            )
        );
        foreach (var input in inputs)
        {
            input.Dispose();
        }
    }
}
