namespace SsFer.Learning.Models;

/// <summary>
/// One parameter of a model: its checkpoint key (equal to timm's or MAE's), its shape, how it starts and whether training changes it.
/// </summary>
public sealed record ParameterSpec(string Name, IReadOnlyList<long> Shape, Initialisation Initialisation, bool Trainable)
{
    /// <summary>Number of elements.</summary>
    public long Count { get; } = Shape.Aggregate(1L, (product, side) => product * side);

    /// <summary>Weight decay spares biases and 1-D tensors, as MAE's optimiser groups do.</summary>
    public bool Decays => Trainable && Shape.Count > 1 && !Name.EndsWith(".bias", StringComparison.Ordinal);
}

/// <summary>Names a parameter inside its layout; the same slot finds it in every <see cref="ParameterSet"/> of that layout.</summary>
public readonly record struct ParameterSlot(int Index);

/// <summary>
/// Where each parameter of a model stands in one flat buffer: first those that decay, then the other trainable ones, then the frozen ones,
/// so that optimiser, teacher and cast are a few calls on slices. Models declare their parameters here when they are built, and are
/// themselves free of weights: student, teacher and bf16 copy are parameter sets handed to the same model.
/// </summary>
public sealed class ParameterLayout
{
    /// <summary>Every parameter starts at a multiple of this many elements, a cache line in bf16, for the matrix kernels.</summary>
    private const long Alignment = 32;

    private readonly List<ParameterSpec> _specs = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long[]? _offsets;

    /// <summary>Parameters in the order of declaration, which is the order of timm's and MAE's state dictionaries.</summary>
    public IReadOnlyList<ParameterSpec> Specs => _specs;

    /// <summary>Elements of the flat buffer that decay: [0, DecayedLength).</summary>
    public long DecayedLength { get; private set; }

    /// <summary>Elements of the flat buffer that train: [0, TrainableLength).</summary>
    public long TrainableLength { get; private set; }

    /// <summary>Elements of the whole flat buffer, padding included.</summary>
    public long Length { get; private set; }

    /// <summary>Number of parameters (elements) without padding.</summary>
    public long ParameterCount => _specs.Sum(spec => spec.Count);

    public ParameterSlot Add(string name, long[] shape, Initialisation initialisation, bool trainable = true)
    {
        if (_offsets is not null)
        {
            throw new InvalidOperationException($"the layout is sealed; '{name}' comes too late");
        }

        if (!_names.Add(name))
        {
            throw new ArgumentException($"parameter '{name}' is declared twice", nameof(name));
        }

        _specs.Add(new ParameterSpec(name, shape, initialisation, trainable));
        return new ParameterSlot(_specs.Count - 1);
    }

    /// <summary>Fixes the offsets; nothing can be declared afterwards.</summary>
    public ParameterLayout Seal()
    {
        _offsets = new long[_specs.Count];
        var next = Place(0, spec => spec.Decays);
        DecayedLength = next;
        next = Place(next, spec => spec is { Trainable: true, Decays: false });
        TrainableLength = next;
        Length = Place(next, spec => !spec.Trainable);
        return this;
    }

    /// <summary>Offset of a parameter in the flat buffer, in elements.</summary>
    public long OffsetOf(ParameterSlot slot) =>
        (_offsets ?? throw new InvalidOperationException("the layout is not sealed yet"))[slot.Index];

    /// <summary>The slot of a checkpoint key, or null where the model has none of that name.</summary>
    public ParameterSlot? Find(string name)
    {
        var index = _specs.FindIndex(spec => spec.Name == name);
        return index < 0 ? null : new ParameterSlot(index);
    }

    private long Place(long next, Func<ParameterSpec, bool> belongs)
    {
        for (var i = 0; i < _specs.Count; i++)
        {
            if (!belongs(_specs[i]))
            {
                continue;
            }

            _offsets![i] = next;
            next += (_specs[i].Count + Alignment - 1) / Alignment * Alignment;
        }

        return next;
    }
}
