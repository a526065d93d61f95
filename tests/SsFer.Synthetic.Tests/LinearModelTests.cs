using System.Numerics.Tensors;

namespace SsFer.Synthetic.Tests;

public sealed class LinearModelTests
{
    private const int Side = 48;
    private const int Classes = 7;
    private const int TrainingFaces = 4200;
    private const int TestFaces = 1050;

    /// <summary>
    /// The faces are worth a network: multinomial logistic regression on the standardised grey pixels that the models see, at the best
    /// of its epochs on the test faces themselves.
    /// </summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void LogisticRegression_OnThousandsOfLabels_StaysBelowSixtyPercent()
    {
        var (pictures, labels) = Faces();
        Standardise(pictures);
        var model = new LogisticRegression();

        var (best, training) = (0.0, 0.0);
        for (var epoch = 0; epoch < 40; epoch++)
        {
            model.Train(pictures, labels, epoch);
            best = Math.Max(best, model.Accuracy(pictures, labels, TrainingFaces, TestFaces));
            training = model.Accuracy(pictures, labels, 0, TrainingFaces);
        }

        var found = $"{training:P1} of the training faces and at best {best:P1} of the test faces";
        Assert.True(training > 0.5, $"it is not trained to its end: {found}");
        Assert.True(best is > 0.2 and < 0.6, found);
        TestContext.Current.TestOutputHelper?.WriteLine(found);
    }

    private static (float[][] Pictures, int[] Labels) Faces()
    {
        var faces = new SyntheticFaces(11, 96);
        var (pictures, labels) = (new float[TrainingFaces + TestFaces][], new int[TrainingFaces + TestFaces]);
        Parallel.For(0, pictures.Length, index =>
        {
            var face = faces.Draw(index);
            var pixels = face.Picture.Resize(Side, Side).Pixels;
            var grey = new float[Side * Side];
            for (var i = 0; i < grey.Length; i++)
            {
                grey[i] = 0.299f * pixels[3 * i] + 0.587f * pixels[3 * i + 1] + 0.114f * pixels[3 * i + 2];
            }

            (pictures[index], labels[index]) = (grey, (int)face.Expression);
        });
        return (pictures, labels);
    }

    /// <summary>Each picture to its own mean and deviation: light and skin, which say nothing of the expression, are taken out.</summary>
    private static void Standardise(float[][] pictures)
    {
        foreach (var picture in pictures)
        {
            var mean = TensorPrimitives.Sum<float>(picture) / picture.Length;
            TensorPrimitives.Subtract(picture, mean, picture);
            TensorPrimitives.Divide(picture, TensorPrimitives.Norm<float>(picture) / MathF.Sqrt(picture.Length), picture);
        }
    }

    /// <summary>Stochastic gradient descent on the cross-entropy, with a falling rate and a little weight decay.</summary>
    private sealed class LogisticRegression
    {
        private const float WeightDecay = 1e-4f;

        private readonly float[][] _weights = [.. Enumerable.Range(0, Classes).Select(_ => new float[Side * Side])];
        private readonly float[] _bias = new float[Classes];

        public void Train(float[][] pictures, int[] labels, int epoch)
        {
            var order = Enumerable.Range(0, TrainingFaces).ToArray();
            new Random(epoch).Shuffle(order);
            var rate = 0.0015f / (1 + 0.15f * epoch);
            Span<float> probabilities = stackalloc float[Classes];
            foreach (var index in order)
            {
                Logits(pictures[index], probabilities);
                TensorPrimitives.SoftMax(probabilities, probabilities);
                for (var c = 0; c < Classes; c++)
                {
                    var error = probabilities[c] - (c == labels[index] ? 1 : 0);
                    TensorPrimitives.Multiply(_weights[c], 1 - rate * WeightDecay, _weights[c]);
                    TensorPrimitives.MultiplyAdd(pictures[index], -rate * error, _weights[c], _weights[c]);
                    _bias[c] -= rate * error;
                }
            }
        }

        public double Accuracy(float[][] pictures, int[] labels, int from, int count)
        {
            var right = 0;
            Span<float> logits = stackalloc float[Classes];
            for (var index = from; index < from + count; index++)
            {
                Logits(pictures[index], logits);
                right += TensorPrimitives.IndexOfMax<float>(logits) == labels[index] ? 1 : 0;
            }

            return (double)right / count;
        }

        private void Logits(float[] picture, Span<float> logits)
        {
            for (var c = 0; c < Classes; c++)
            {
                logits[c] = TensorPrimitives.Dot<float>(_weights[c], picture) + _bias[c];
            }
        }
    }
}
