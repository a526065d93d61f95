using static TorchSharp.torch;

namespace SsFer.Learning.Tensors;

internal static class Precisions
{
    /// <summary>In fp32 what is in bf16; all else as it is.</summary>
    public static Tensor AtLeastSingle(this Tensor tensor) => tensor.dtype == ScalarType.BFloat16 ? tensor.to(ScalarType.Float32) : tensor;
}
