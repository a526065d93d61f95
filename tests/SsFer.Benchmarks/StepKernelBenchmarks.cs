using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Benchmarks;

/// <summary>
/// AdamW over all parameters of a classifier: the model's own, in slices that stay in the cache, and the call for call way of one
/// optimiser step a parameter.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls Cleanup")]
public class OptimiserBenchmarks
{
    private const int Classes = 8;

    private TrainableParameters _parameters = null!;
    private AdamW _sliced = null!;
    private Tensor[] _separate = null!;
    private optim.Optimizer _perParameter = null!;
    private long _step;

    /// <summary>2.7 million parameters (compact) and 86 million (paper: ViT-Base).</summary>
    [Params("compact", "paper")]
    public string Recipe { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var recipe = RecipeCatalog.Get(Recipe);
        using var initial = ParameterSet.Initialised(new VisionTransformer(recipe.Model, Classes).Layout, recipe.Seed);
        _parameters = new TrainableParameters(initial, ScalarType.Float32, CPU);
        _parameters.Compute.Gradient!.uniform_(-0.01, 0.01);
        _sliced = new AdamW(recipe.FineTuning.Optimiser, _parameters);
        _separate =
        [
            .. initial.Layout.Specs.Where(spec => spec.Trainable).Select(spec => new TorchSharp.Modules.Parameter(rand([.. spec.Shape]))),
        ];
        foreach (var parameter in _separate)
        {
            parameter.grad = rand_like(parameter);
        }

        var settings = recipe.FineTuning.Optimiser;
        _perParameter = optim.AdamW(
            _separate.Cast<TorchSharp.Modules.Parameter>(),
            recipe.FineTuning.LearningRate,
            settings.Beta1,
            settings.Beta2,
            settings.Epsilon,
            settings.WeightDecay
        );
    }

    [Benchmark]
    public void InSlices() => _sliced.Step(_parameters, ++_step, 1e-4);

    [Benchmark(Baseline = true)]
    public void PerParameter()
    {
        using var scope = NewDisposeScope();
        _perParameter.step();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _perParameter.Dispose();
        foreach (var parameter in _separate)
        {
            parameter.Dispose();
        }

        _sliced.Dispose();
        _parameters.Dispose();
    }
}

/// <summary>Attention between its two projections, forward and backward, in bf16: the model's own and libtorch's fused kernel.</summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls Cleanup")]
public class AttentionBenchmarks
{
    private Tensor _packed = null!;

    /// <summary>Pictures, tokens, width and heads: compact's encoder in pre-training, its decoder, and ViT-Base in fine-tuning.</summary>
    [Params("256 10 192 3", "256 37 96 3", "16 197 768 12")]
    public string Shape { get; set; } = "";

    private long[] Sizes => [.. Shape.Split(' ').Select(long.Parse)];

    [GlobalSetup]
    public void Setup() => _packed = randn([Sizes[0], Sizes[1], 3 * Sizes[2]], ScalarType.BFloat16, requires_grad: true);

    [Benchmark]
    public void OfTheModel() => ForwardAndBackward(packed => Attention.Attend(packed, Sizes[3]));

    [Benchmark(Baseline = true)]
    public void Fused() =>
        ForwardAndBackward(packed =>
        {
            long n = Sizes[0],
                t = Sizes[1],
                width = Sizes[2],
                heads = Sizes[3];
            var qkv = packed.view(n, t, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0); // 3 x [N, H, T, D/H]
            return nn.functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]).transpose(1, 2).reshape(n, t, width); // [N, T, D]
        });

    [GlobalCleanup]
    public void Cleanup() => _packed.Dispose();

    private void ForwardAndBackward(Func<Tensor, Tensor> attend)
    {
        using var scope = NewDisposeScope();
        var result = attend(_packed);
        result.backward([ones_like(result)]);
        _packed.grad!.zero_();
    }
}
