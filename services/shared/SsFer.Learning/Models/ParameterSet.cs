using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>
/// Values of all parameters of a layout in one flat tensor, with a view per parameter. Where it holds gradients, they lie in a second flat
/// tensor that backward passes add into.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    private readonly Tensor[] _views;

    private ParameterSet(ParameterLayout layout, ScalarType type, Device device, bool withGradients)
    {
        Layout = layout;
        using var keep = NewDisposeScope();
        using var noGrad = no_grad();
        Flat = zeros([layout.Length], type, device).DetachFromDisposeScope();
        Gradient = withGradients ? zeros([layout.TrainableLength], type, device).DetachFromDisposeScope() : null;
        _views = new Tensor[layout.Specs.Count];
        for (var i = 0; i < _views.Length; i++)
        {
            var spec = layout.Specs[i];
            var offset = layout.OffsetOf(new ParameterSlot(i));
            long[] shape = [.. spec.Shape];
            var view = Flat.narrow(0, offset, spec.Count).view(shape).detach().DetachFromDisposeScope();
            if (Gradient is not null && spec.Trainable)
            {
                view.requires_grad_(true);
                view.grad = Gradient.narrow(0, offset, spec.Count).view(shape);
            }

            _views[i] = view;
        }
    }

    public ParameterLayout Layout { get; }

    /// <summary>All values, [Layout.Length].</summary>
    public Tensor Flat { get; }

    /// <summary>Gradients of the trainable part, [Layout.TrainableLength], or null for a set that is only evaluated.</summary>
    public Tensor? Gradient { get; }

    /// <summary>Of weights that are being trained: where batches leave their statistics. Null: the running ones are read.</summary>
    public RunningStatistics? Statistics { get; internal set; }

    /// <summary>The parameter in its own shape; shares memory with <see cref="Flat"/>.</summary>
    public Tensor this[ParameterSlot slot] => _views[slot.Index];

    /// <summary>The parameter of a checkpoint key.</summary>
    /// <exception cref="InvalidOperationException">The layout has none of that name.</exception>
    public Tensor Find(string key) => this[Layout.Find(key) ?? throw new InvalidOperationException($"the model has no parameter '{key}'")];

    /// <summary>A set of zeros.</summary>
    public static ParameterSet Zeros(ParameterLayout layout, ScalarType type, Device device, bool withGradients) =>
        new(layout, type, device, withGradients);

    /// <summary>
    /// An fp32 set on the CPU with the values training starts from; the same for a seed on every machine and thread count.
    /// </summary>
    public static ParameterSet Initialised(ParameterLayout layout, ulong seed)
    {
        var set = new ParameterSet(layout, ScalarType.Float32, CPU, withGradients: false);
        var flat = set.Flat.data<float>();
        for (var i = 0; i < layout.Specs.Count; i++)
        {
            var values = new float[layout.Specs[i].Count];
            layout.Specs[i].Initialisation.Fill(values, seed, i);
            flat.CopyFrom(values, 0, layout.OffsetOf(new ParameterSlot(i)));
        }

        return set;
    }

    /// <summary>An fp32 or bf16 copy on a device.</summary>
    public ParameterSet CopyTo(ScalarType type, Device device, bool withGradients)
    {
        var copy = new ParameterSet(Layout, type, device, withGradients);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes over the values of another set of this layout, converting their type.</summary>
    public void CopyFrom(ParameterSet other)
    {
        using var noGrad = no_grad();
        Flat.copy_(other.Flat);
    }

    public void Dispose()
    {
        foreach (var view in _views)
        {
            view.Dispose();
        }

        Gradient?.Dispose();
        Flat.Dispose();
    }
}
