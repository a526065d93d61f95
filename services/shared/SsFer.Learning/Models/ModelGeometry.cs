using SsFer.Recipes;

namespace SsFer.Learning.Models;

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
    }

    internal static ModelSettings Checked(ModelSettings settings)
    {
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
}
