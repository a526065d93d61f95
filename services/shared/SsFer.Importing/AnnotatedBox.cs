using System.Globalization;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Importing;

/// <summary>What the four numbers of a box are.</summary>
public enum BoxFormat
{
    /// <summary>Left, top, right, bottom.</summary>
    Xyxy,

    /// <summary>Left, top, width, height.</summary>
    Xywh,
}

/// <summary>Face boxes as people and owners of datasets write them, in pixels of the upright picture.</summary>
internal static class AnnotatedBox
{
    /// <summary>
    /// Left, top, right, bottom of four cells; null where all of them are empty, or with the reason where they are no box.
    /// </summary>
    public static (IReadOnlyList<float>? Box, string? Fault) Parse(IReadOnlyList<string> cells, BoxFormat format)
    {
        if (cells.All(string.IsNullOrEmpty))
        {
            return (null, null);
        }

        var numbers = new float[cells.Count];
        for (var i = 0; i < cells.Count; i++)
        {
            if (!float.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !float.IsFinite(numbers[i]))
            {
                return (null, $"its box is not four numbers: {string.Join(' ', cells)}");
            }
        }

        if (numbers is not [var x, var y, var a, var b])
        {
            return (null, $"its box is not four numbers: {string.Join(' ', cells)}");
        }

        var box = format == BoxFormat.Xywh ? new FaceBox(x, y, x + a, y + b) : new FaceBox(x, y, a, b);
        return box is { Width: > 0, Height: > 0 }
            ? ([box.X0, box.Y0, box.X1, box.Y1], null)
            : (null, $"its box has no area: {string.Join(' ', cells)}");
    }

    /// <summary>Why a box cannot be that of a face in the picture; null where it can, or where there is none.</summary>
    public static string? WhyNotIn(Picture picture, IReadOnlyList<float>? box) =>
        box is [var x0, var y0, var x1, var y1] && new FaceBox(x0, y0, x1, y1).ClipTo(picture.Width, picture.Height) is null
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"its box ({x0}, {y0}, {x1}, {y1}) lies outside its {picture.Width} x {picture.Height} pixels"
            )
            : null;
}
