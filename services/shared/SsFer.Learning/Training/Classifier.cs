using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>A trained classifier: class probabilities of faces as evaluation sees them, the whole picture resized.</summary>
public sealed class Classifier : IDisposable
{
    private const int BatchSize = 128;

    private readonly EvaluationView _view;

    /// <param name="settings">Architecture.</param>
    /// <param name="normalisation">Of the pictures it was trained on.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="weights">All parameters under timm's keys.</param>
    /// <param name="name">Names the weights in errors.</param>
    /// <param name="target">Where to compute; always in fp32.</param>
    /// <exception cref="WeightsException">A parameter is missing or of another shape.</exception>
    public Classifier(
        ModelSettings settings,
        Normalisation normalisation,
        int classes,
        IReadOnlyDictionary<string, Tensor> weights,
        string name,
        ComputeTarget target
    )
    {
        Model = Networks.Create(settings, classes);
        Device = target.Device;
        Normalisation = normalisation;
        _view = new EvaluationView(settings.ImageSize, normalisation);
        using var cpu = ParameterSet.Zeros(Model.Layout, ScalarType.Float32, CPU, withGradients: false);
        var report = NamedWeights.Load(cpu, weights, name);
        if (report.Missing.Count > 0)
        {
            throw new WeightsException($"{name} is no classifier: it lacks {string.Join(", ", report.Missing)}");
        }

        Parameters = cpu.CopyTo(ScalarType.Float32, Device, withGradients: false);
    }

    internal ClassifierNetwork Model { get; }

    internal ParameterSet Parameters { get; }

    internal Device Device { get; }

    internal Normalisation Normalisation { get; }

    /// <summary>Probabilities of all faces of a source, one row of classes per face.</summary>
    public float[][] Predict(IFaceSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var rows = new float[source.Count][];
        for (var start = 0; start < source.Count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var samples = Enumerable
                .Range(start, Math.Min(BatchSize, source.Count - start))
                .Select(index => (index, default(ViewKey)))
                .ToArray();
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var logits = Model.Forward(Parameters, FaceBatch.Render(source, _view, samples).PixelTensor(Device));
            var flat = nn.functional.softmax(logits, -1).cpu().data<float>().ToArray();
            for (var i = 0; i < samples.Length; i++)
            {
                rows[start + i] = flat[(i * Model.Classes)..((i + 1) * Model.Classes)];
            }
        }

        return rows;
    }

    public void Dispose() => Parameters.Dispose();
}
