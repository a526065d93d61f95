using SsFer.Recipes.Baselines;

namespace SsFer.Recipes;

/// <summary>What follows from a model's settings; patches and their like only of a ViT.</summary>
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

        /// <summary>What people call the network.</summary>
        public string NetworkName =>
            settings.Kind switch
            {
                ModelKind.ViT => "ViT",
                ModelKind.ResNet => "compact ResNet",
                ModelKind.Baseline => settings.Baseline.ToString(),
                var other => throw new NotSupportedException($"no name is known of the kind {other}"),
            };

        /// <summary>Of the matrices that most of its time goes into: embedding dimension, or channels of the last map.</summary>
        public int MatrixWidth =>
            settings.Kind switch
            {
                ModelKind.ViT => settings.Width,
                ModelKind.ResNet => ResNetGeometry.Features(settings),
                ModelKind.Baseline => BaselineShape.Of(settings).Channels,
                var other => throw new NotSupportedException($"no width is known of the kind {other}"),
            };

        /// <summary>Whether masked reconstruction (stage one) is made for it: it removes patches, which only a ViT has.</summary>
        public bool CanBePretrained => settings.Kind == ModelKind.ViT;

        /// <summary>Whether the weights of this architecture fit into the 2 GiB that an ONNX file may have; ViT-Huge's do not.</summary>
        public bool FitsOnnx => settings.ParameterCount(classes: 2) * sizeof(float) < int.MaxValue;

        /// <summary>Parameters of the classifier.</summary>
        public long ParameterCount(int classes) =>
            settings.Kind switch
            {
                ModelKind.ViT => settings.TransformerParameters(classes),
                ModelKind.ResNet => ResNetGeometry.ParameterCount(settings, classes),
                ModelKind.Baseline => BaselineShape.Of(settings).ParameterCount(classes),
                var other => throw new NotSupportedException($"no parameters are known of the kind {other}"),
            };

        /// <summary>Class token, positions, patch embedding, blocks, last norm and head.</summary>
        private long TransformerParameters(int classes)
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

    /// <summary>The settings, where a ViT can be built by them.</summary>
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
