using SsFer.Learning.Tensors;
using static TorchSharp.torch;

namespace SsFer.Learning.Similarity;

/// <summary>Brightness of colour pictures (Y of YIQ, ITU-R BT.601), on which structure is compared.</summary>
internal static class Luminance
{
    /// <param name="pictures">[N, 3, S, S] in [0, 1].</param>
    /// <returns>[N, 1, S, S] in [0, 1].</returns>
    public static Tensor Of(Tensor pictures)
    {
        var planes = pictures.split(1, 1);
        return planes[0].Times(0.299).Plus(planes[1].Times(0.587)).Plus(planes[2].Times(0.114));
    }
}
