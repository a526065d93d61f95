namespace SsFer.Recipes;

/// <summary>What follows from a model's settings.</summary>
public static class ModelGeometry
{
    extension(ModelSettings settings)
    {
        /// <summary>Patches along one side.</summary>
        public int Grid => settings.ImageSize / settings.PatchSize;

        /// <summary>L, the number of patches of a picture.</summary>
        public int PatchCount => settings.Grid * settings.Grid;

        /// <summary>Values of one patch, row, column, channel.</summary>
        public int PatchLength => settings.PatchSize * settings.PatchSize * 3;

        public int HiddenWidth => (int)(settings.Width * settings.MlpRatio);

        /// <summary>Whether the weights of this architecture fit into the 2 GiB that an ONNX file may have; ViT-Huge's do not.</summary>
        public bool FitsOnnx => settings.ParameterCount(classes: 2) * sizeof(float) < int.MaxValue;

        /// <summary>Parameters of the classifier: class token, positions, patch embedding, blocks, last norm and head.</summary>
        public long ParameterCount(int classes)
        {
            long width = settings.Width;
            long hidden = settings.HiddenWidth;
            var norm = 2 * width;
            var attention = Linear(width, 3 * width) + Linear(width, width);
            var mlp = Linear(width, hidden) + Linear(hidden, width);
            return width
                + ((1 + settings.PatchCount) * width)
                + Linear(settings.PatchLength, width)
                + (settings.Depth * (norm + attention + norm + mlp))
                + norm
                + Linear(width, classes);
        }
    }

    /// <summary>The settings, where a model can be built by them.</summary>
    /// <exception cref="ArgumentException">They do not fit each other.</exception>
    public static ModelSettings Checked(ModelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.ImageSize % settings.PatchSize != 0)
        {
            throw new ArgumentException($"image size {settings.ImageSize} is not a multiple of patch size {settings.PatchSize}");
        }

        if (settings.Width % settings.Heads != 0)
        {
            throw new ArgumentException($"width {settings.Width} is not a multiple of {settings.Heads} heads");
        }

        if (settings.Width % 4 != 0)
        {
            throw new ArgumentException($"width {settings.Width} is not a multiple of 4, which 2-D sin-cos positions need");
        }

        return settings;
    }

    private static long Linear(long inputs, long outputs) => (inputs * outputs) + outputs;
}
