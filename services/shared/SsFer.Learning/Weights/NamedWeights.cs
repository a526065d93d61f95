using SsFer.Learning.Models;
using static TorchSharp.torch;

namespace SsFer.Learning.Weights;

/// <summary>Which checkpoint keys a model took, lacked, or had no use for.</summary>
public sealed record WeightsImport(
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    bool PositionsInterpolated
)
{
    /// <summary>
    /// The same without what is as it should be where an encoder starts a classifier: its head is new, the decoder of the pre-training
    /// has done its work, and nothing here counts the batches of a running statistic, as PyTorch does.
    /// </summary>
    public WeightsImport OfAnEncoder =>
        this with
        {
            Missing = [.. Missing.Where(key => !key.StartsWith("head.", StringComparison.Ordinal) && !AuxiliaryHeads.Has(key))],
            Unexpected =
            [
                .. Unexpected.Where(key =>
                    !key.StartsWith("decoder_", StringComparison.Ordinal)
                    && !key.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
                    && key is not "mask_token"
                ),
            ],
        };

    public override string ToString() =>
        $"{Loaded.Count} parameters loaded"
        + (PositionsInterpolated ? ", position embedding interpolated to the model's grid" : "")
        + (Missing.Count > 0 ? $"; missing: {Grouped(Missing)}" : "")
        + (Unexpected.Count > 0 ? $"; unexpected: {Grouped(Unexpected)}" : "");

    /// <summary>Keys of one module as one word, so that a decoder that is not wanted does not fill a screen.</summary>
    private static string Grouped(IReadOnlyList<string> keys) =>
        string.Join(
            ", ",
            keys.GroupBy(key => key.Split('.', 2)[0])
                .Select(group => group.Count() == 1 ? group.First() : $"{group.Key}.* ({group.Count()})")
        );
}

/// <summary>A parameter set as a state dictionary with timm's and MAE's keys, and back.</summary>
public static class NamedWeights
{
    /// <summary>All parameters under their keys, in fp32, in the order of declaration.</summary>
    public static IEnumerable<KeyValuePair<string, Tensor>> Of(ParameterSet parameters) =>
        parameters.Layout.Specs.Select((spec, index) => KeyValuePair.Create(spec.Name, parameters[new ParameterSlot(index)]));

    /// <summary>
    /// Copies what fits by name. A position embedding of another grid is interpolated (bicubic); any other difference of shape is refused.
    /// </summary>
    /// <param name="target">An fp32 set on the CPU; what is missing in the source keeps its value.</param>
    /// <param name="source">State dictionary of a checkpoint.</param>
    /// <param name="name">Names the source in errors.</param>
    /// <exception cref="WeightsException">A shape differs, or nothing fits at all; the target is as it was.</exception>
    public static WeightsImport Load(ParameterSet target, IReadOnlyDictionary<string, Tensor> source, string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (import, copies) = Match(target.Layout, source, name);
        foreach (var (from, to) in copies) // last, so that a refused checkpoint leaves no half of itself behind
        {
            target[to].copy_(from);
        }

        return import;
    }

    /// <summary>What <see cref="Load"/> would do, without doing it.</summary>
    /// <exception cref="WeightsException">As of that.</exception>
    public static WeightsImport Check(ParameterLayout layout, IReadOnlyDictionary<string, Tensor> source, string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return Match(layout, source, name).Import;
    }

    private static (WeightsImport Import, IReadOnlyList<(Tensor From, ParameterSlot To)> Copies) Match(
        ParameterLayout layout,
        IReadOnlyDictionary<string, Tensor> source,
        string name
    )
    {
        List<string> loaded = [],
            missing = [];
        List<(Tensor From, ParameterSlot To)> copies = [];
        var interpolated = false;
        var specs = layout.Specs;
        for (var i = 0; i < specs.Count; i++)
        {
            var spec = specs[i];
            if (!source.TryGetValue(spec.Name, out var values))
            {
                missing.Add(spec.Name);
                continue;
            }

            values = values.to(ScalarType.Float32);
            if (
                spec.Name.EndsWith("pos_embed", StringComparison.Ordinal)
                && values.dim() == 3
                && values.shape[2] == spec.Shape[2]
                && values.shape[1] != spec.Shape[1]
                && IsSquare(values.shape[1] - 1)
            )
            {
                values = PositionEmbedding.Interpolate(values, (int)Math.Round(Math.Sqrt(spec.Shape[1] - 1)));
                interpolated = true;
            }

            if (!values.shape.SequenceEqual(spec.Shape))
            {
                throw new WeightsException(
                    $"{name}: '{spec.Name}' has shape [{string.Join(", ", values.shape)}], this model needs "
                        + $"[{string.Join(", ", spec.Shape)}]: choose the recipe (Model.*) the checkpoint was trained with"
                );
            }

            copies.Add((values, new ParameterSlot(i)));
            loaded.Add(spec.Name);
        }

        var known = specs.Select(spec => spec.Name).ToHashSet(StringComparer.Ordinal);
        if (loaded.Count == 0)
        {
            throw new WeightsException(
                $"{name}: none of its {source.Count} keys is one of this model's ({specs[0].Name}, {specs[^1].Name}, ...): choose the "
                    + "recipe (Model.*) it was trained with"
            );
        }

        string[] unexpected = [.. source.Keys.Where(key => !known.Contains(key)).Order(StringComparer.Ordinal)];
        return (new WeightsImport(loaded, missing, unexpected, interpolated), copies);
    }

    private static bool IsSquare(long patches)
    {
        var side = (long)Math.Round(Math.Sqrt(Math.Max(0, patches)));
        return side > 0 && side * side == patches;
    }
}
