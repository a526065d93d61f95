using SsFer.Artifacts.Runs;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Stages;

/// <summary>
/// A classifier's weights with the rows of its head in the order in which a dataset names the classes: both may name them in
/// another order, and are matched by name.
/// </summary>
public sealed class OrderedClassifier : IDisposable
{
    private const string Head = "head.";
    private readonly List<Tensor> _own = [];

    private OrderedClassifier(IReadOnlyDictionary<string, Tensor> tensors) => Tensors = tensors;

    /// <summary>All parameters under timm's keys; not to be used after this is disposed.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; private set; }

    /// <param name="weights">A classifier written by SsFer; stays the caller's.</param>
    /// <param name="known">Its classes, in the order of its logits.</param>
    /// <param name="wanted">The same classes in the order that is needed.</param>
    /// <param name="dataset">Names the dataset in errors.</param>
    /// <exception cref="PermanentStageException">They are not the same classes.</exception>
    public static OrderedClassifier Of(
        SafetensorsContent weights,
        IReadOnlyList<string> known,
        IReadOnlyList<string> wanted,
        string dataset
    )
    {
        ArgumentNullException.ThrowIfNull(weights);
        var order = ClassList.OrderOf(known, wanted)
            ?? throw new PermanentStageException(
                $"the model knows {string.Join(", ", known)}, the dataset {dataset} {string.Join(", ", wanted)}: the dataset "
                    + $"{ClassList.Difference(known, wanted)}; use one of the model's classes, in any order"
            );
        var ordered = new OrderedClassifier(weights.Tensors);
        if (!order.SequenceEqual(Enumerable.Range(0, order.Length)))
        {
            using var rows = tensor(Array.ConvertAll(order, place => (long)place));
            ordered.Tensors = weights.Tensors.ToDictionary(
                pair => pair.Key,
                pair => pair.Key.StartsWith(Head, StringComparison.Ordinal) ? ordered.Own(pair.Value.index_select(0, rows)) : pair.Value,
                StringComparer.Ordinal
            );
        }

        return ordered;
    }

    public void Dispose() => _own.ForEach(values => values.Dispose());

    private Tensor Own(Tensor values)
    {
        _own.Add(values);
        return values;
    }
}
