using Microsoft.ML.OnnxRuntime;
using SsFer.Learning.Models;
using SsFer.Learning.Onnx;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Learning.Tests.Onnx;

[Trait("Category", "Slow")]
public sealed class Int8Tests
{
    private const int Side = 48;
    private const int Classes = 8;
    private const int Faces = 16;

    private static readonly ModelSettings Model = RecipeCatalog.Served.Model;

    [Fact]
    public void Logits_InInt8_FollowThoseInFp32()
    {
        using var source = new Source();
        var pixels = source.Pixels;

        var (single, quantised) = (Run(source.Single(), pixels, Faces), Run(source.Int8(), pixels, Faces));

        var range = single.Max() - single.Min();
        Assert.True(range > 0.1, "logits that are all alike would hide a difference");
        Assert.InRange(single.Zip(quantised, (a, b) => MathF.Abs(a - b)).Max(), 1e-6f, 0.1f * range); // rounded, and not far
    }

    [Fact]
    public void Logits_InInt8_DoNotDependOnTheOthersOfTheBatch()
    {
        using var source = new Source();
        var file = source.Int8();

        var together = Run(file, source.Pixels, Faces);

        for (var face = 0; face < Faces; face++)
        {
            var alone = Run(file, source.Pixels[(face * 3 * Side * Side)..((face + 1) * 3 * Side * Side)], 1);
            Assert.Equal(together[(face * Classes)..((face + 1) * Classes)], alone);
        }
    }

    [Fact]
    public void Ranges_AlwaysHoldZero_WhichPaddingIs()
    {
        var ranges = new ActivationRanges();
        ranges.Include("positive", 2, 5.1f);
        ranges.Include("mixed", -1, 1);
        ranges.Include("mixed", -0.5f, 1.55f);

        Assert.Equal((5.1f / 255, (byte)0), ranges.Of("positive"));
        Assert.Equal((2.55f / 255, (byte)100), ranges.Of("mixed"));
    }

    private static float[] Run(byte[] file, float[] pixels, int batch)
    {
        using var session = new InferenceSession(file);
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [batch, 3, Side, Side]);
        using var outputs = session.Run(options, [OnnxClassifier.Pixels], [input], [OnnxClassifier.Logits]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>A residual network as training leaves one: no gain is zero, so that every block takes part.</summary>
    private sealed class Source : IDisposable
    {
        private readonly ParameterSet _parameters;
        private readonly OnnxSource _source;

        public Source()
        {
            var network = Networks.Create(Model, Classes);
            _parameters = ParameterSet.Initialised(network.Layout, 5);
            foreach (var (name, values) in NamedWeights.Of(_parameters).Where(pair => pair.Key.EndsWith("gain", StringComparison.Ordinal)))
            {
                values.fill_(name.Contains("conv2", StringComparison.Ordinal) ? 0.5f : 1);
            }

            _source = new OnnxSource(Model, new Normalisation(), NamedWeights.Of(_parameters).ToDictionary(), "test model");
        }

        public float[] Pixels { get; } = RealFaces.Planes(Faces, Side);

        public byte[] Single() => Written(file => OnnxClassifier.Write(file, _source, new Dictionary<string, string>()));

        public byte[] Int8()
        {
            var ranges = new ActivationRanges();
            using var session = new InferenceSession(Written(file => OnnxClassifier.WriteWatched(file, _source)));
            using var options = new RunOptions();
            using var input = OrtValue.CreateTensorValueFromMemory(Pixels, [Faces, 3, Side, Side]);
            using var outputs = session.Run(options, [OnnxClassifier.Pixels], [input], session.OutputNames);
            foreach (var (name, output) in session.OutputNames.Zip(outputs))
            {
                var values = output.GetTensorDataAsSpan<float>().ToArray();
                ranges.Include(name, values.Min(), values.Max());
            }

            return Written(file => OnnxClassifier.WriteInt8(file, _source, ranges, new Dictionary<string, string>()));
        }

        public void Dispose() => _parameters.Dispose();

        private static byte[] Written(Action<Stream> write)
        {
            using var stream = new MemoryStream();
            write(stream);
            return stream.ToArray();
        }
    }
}
