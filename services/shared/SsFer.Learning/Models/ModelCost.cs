using SsFer.Recipes;

namespace SsFer.Learning.Models;

/// <summary>
/// Floating-point operations of the matrix products of one picture, two per multiply-add. Only what is computed counts: a
/// classifier's last block runs for the class token alone, an autoencoder's encoder for the visible patches. Everything else
/// (norms, activations, optimiser) is not counted, so that achieved over peak rate is the share of the time the matrix units are
/// kept busy.
/// </summary>
public static class ModelCost
{
    /// <summary>
    /// One picture through the linear layers of a whole classifier, all tokens in all blocks, as papers count: ViT-Base at 224
    /// pixels has 16.9 G multiply-adds (docs/method.md, section 4).
    /// </summary>
    public static long LinearMultiplyAdds(ModelSettings model, int classes)
    {
        ArgumentNullException.ThrowIfNull(model);
        long tokens = 1 + model.PatchCount;
        return (
                Embedding(model, model.PatchCount)
                + (model.Depth * tokens * BlockLinear(model.Width, model.HiddenWidth))
                + Head(model, classes)
            ) / 2;
    }

    /// <summary>Forward and backward pass of one view in fine-tuning.</summary>
    public static long ClassifierStep(ModelSettings model, int classes)
    {
        ArgumentNullException.ThrowIfNull(model);
        return (2 * Embedding(model, model.PatchCount)) + (3 * ClassifierAfterEmbedding(model, classes));
    }

    /// <summary>Forward pass alone: what a teacher costs.</summary>
    public static long ClassifierForward(ModelSettings model, int classes)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Embedding(model, model.PatchCount) + ClassifierAfterEmbedding(model, classes);
    }

    /// <summary>Forward and backward pass of one picture in pre-training.</summary>
    public static long AutoencoderStep(ModelSettings model, DecoderSettings decoder, double maskRatio)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(decoder);
        long visible = MaskRatio.VisibleCount(model.PatchCount, maskRatio),
            removed = model.PatchCount - visible;
        var encoder = model.Depth * Block(1 + visible, model.Width, model.HiddenWidth);
        var bridge = 2 * (1 + visible) * model.Width * decoder.Width;
        var decoding = decoder.Depth * Block(1 + model.PatchCount, decoder.Width, 4 * decoder.Width);
        var prediction = 2 * removed * decoder.Width * model.PatchLength;
        return (2 * Embedding(model, visible)) + (3 * (encoder + bridge + decoding + prediction));
    }

    // The pictures need no gradient: the embedding's backward pass is one product instead of two.
    private static long Embedding(ModelSettings model, long patches) => 2 * patches * model.PatchLength * model.Width;

    private static long ClassifierAfterEmbedding(ModelSettings model, int classes)
    {
        long tokens = 1 + model.PatchCount;
        return ((model.Depth - 1) * Block(tokens, model.Width, model.HiddenWidth))
            + FirstTokenBlock(tokens, model.Width, model.HiddenWidth)
            + Head(model, classes);
    }

    private static long BlockLinear(long width, long hidden) => 2 * ((4 * width * width) + (2 * width * hidden));

    private static long Block(long tokens, long width, long hidden) =>
        (tokens * BlockLinear(width, hidden)) + (4 * tokens * tokens * width);

    private static long FirstTokenBlock(long tokens, long width, long hidden) =>
        (4 * tokens * width * width) + (4 * width * width) + (4 * width * hidden) + (4 * tokens * width);

    private static long Head(ModelSettings model, int classes) => 2L * model.Width * classes;
}
