using SsFer.Learning.Tensors;
using SsFer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Learning.Models;

/// <summary>Plain convolutions, padded by half of their kernel.</summary>
internal static class Convolutions
{
    /// <param name="x">[N, in, S, S].</param>
    /// <param name="shape">Kernel, stride and groups.</param>
    /// <param name="weight">[out, in / groups, k, k].</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[N, out, S / stride, S / stride], rounded up.</returns>
    public static Tensor Forward(Tensor x, ConvolutionShape shape, Tensor weight, Tensor? bias)
    {
        if (shape is { Kernel: 1, Groups: 1 })
        {
            return OfOnePixel(x, shape.Stride, weight, bias);
        }

        if (shape.Groups > 1 && x.dtype == ScalarType.BFloat16 && x.device.type == DeviceType.CPU)
        {
            // The gradient of a convolution in groups differs from run to run in bf16 (libtorch 2.10, oneDNN, strides of two)
            return Forward(x.AtLeastSingle(), shape, weight.AtLeastSingle(), bias?.AtLeastSingle()).to(ScalarType.BFloat16);
        }

        var pad = shape.Kernel / 2;
        return nn.functional.conv2d(
            x,
            weight,
            bias,
            strides: [shape.Stride, shape.Stride],
            padding: [pad, pad],
            dilation: [1, 1],
            groups: shape.Groups
        );
    }

    /// <summary>
    /// A matrix product. libtorch's own convolution of one pixel is wrong by a third, or ends the process, where it steps over pixels of
    /// 256 channels that lie side by side (2.10, oneDNN, AVX-512); for few pictures it turns to NNPACK, which complains on standard
    /// error at every call where it does not know the processor.
    /// </summary>
    private static Tensor OfOnePixel(Tensor x, int stride, Tensor weight, Tensor? bias)
    {
        var pixels = x.permute(0, 2, 3, 1); // [N, S, S, in]
        if (stride > 1)
        {
            pixels = pixels.slice(1, 0, pixels.shape[1], stride).slice(2, 0, pixels.shape[2], stride);
        }

        // One matrix: left to itself, libtorch takes one product or many, depending on whether a gradient is wanted
        var rows = nn.functional.linear(pixels.reshape(-1, pixels.shape[3]), weight.flatten(1), bias!);
        return rows.view(pixels.shape[0], pixels.shape[1], pixels.shape[2], -1).permute(0, 3, 1, 2);
    }

    /// <summary>The same values with a pixel's channels side by side: convolutions on the CPU take a third of the time so.</summary>
    public static Tensor ChannelsLast(Tensor pictures) => pictures.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
