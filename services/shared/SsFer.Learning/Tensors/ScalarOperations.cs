using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Learning.Tensors;

/// <summary>
/// Operations of a tensor with a number, and those in which TorchSharp hides one (a sum has a factor of one, a square an exponent).
/// TorchSharp's own take the native handle of a temporary <see cref="Scalar"/> and no longer refer to the object, so that the
/// garbage collector may free it while libtorch still reads it (seen as "Unknown scalar type" after thousands of steps). Here the
/// scalar outlives the call. Everything that computes in SsFer uses these; a test reads the compiled code for calls that do not.
/// </summary>
internal static class ScalarOperations
{
    private static readonly Scalar One = 1.ToScalar();

    extension(Tensor tensor)
    {
        public Tensor Plus(Tensor other) => tensor.add(other, One);

        public Tensor Plus(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.add(scalar, One);
        }

        public Tensor Plus(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.add(scalar, One);
        }

        public Tensor Squared() => tensor * tensor;

        public Tensor Times(double factor)
        {
            using var scalar = factor.ToScalar();
            return tensor.mul(scalar);
        }

        public Tensor Times(long factor)
        {
            using var scalar = factor.ToScalar();
            return tensor.mul(scalar);
        }

        public Tensor TimesInPlace(double factor)
        {
            using var scalar = factor.ToScalar();
            return tensor.mul_(scalar);
        }

        public Tensor PlusInPlace(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.add_(scalar, One);
        }

        /// <summary>tensor += factor · other.</summary>
        public Tensor PlusInPlace(Tensor other, double factor)
        {
            using var scalar = factor.ToScalar();
            return tensor.add_(other, scalar);
        }

        /// <summary>tensor += factor · a · b.</summary>
        public Tensor PlusProductInPlace(Tensor a, Tensor b, double factor)
        {
            using var scalar = factor.ToScalar();
            return tensor.addcmul_(a, b, scalar);
        }

        /// <summary>tensor += factor · a / b.</summary>
        public Tensor PlusQuotientInPlace(Tensor a, Tensor b, double factor)
        {
            using var scalar = factor.ToScalar();
            return tensor.addcdiv_(a, b, scalar);
        }

        public Tensor OverInPlace(double divisor)
        {
            using var scalar = divisor.ToScalar();
            return tensor.div_(scalar);
        }

        /// <summary>The smaller of each element and <paramref name="number"/>.</summary>
        public Tensor AtMost(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.clamp_max(scalar);
        }

        /// <summary>The larger of each element and <paramref name="number"/>.</summary>
        public Tensor AtLeast(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.clamp_min(scalar);
        }

        public Tensor IsAbove(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.gt(scalar);
        }

        public Tensor IsAtLeast(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.ge(scalar);
        }

        public Tensor IsAtLeast(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.ge(scalar);
        }
    }

    /// <summary>0, step, 2 step, ...: <paramref name="count"/> numbers, int64.</summary>
    public static Tensor Multiples(long count, long step, Device device)
    {
        using Scalar start = 0L.ToScalar(),
            stop = (count * step).ToScalar(),
            by = step.ToScalar();
        return arange(start, stop, by, int64, device);
    }
}
