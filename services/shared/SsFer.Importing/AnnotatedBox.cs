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

    /// <summary>Centre, width, height.</summary>
    Cxcywh,
}

/// <summary>What the numbers of the boxes of a table count.</summary>
public enum BoxUnits
{
    /// <summary>Shares where no number of the whole table is above 1.5, else pixels: no face is that small.</summary>
    Auto,

    Pixels,

    /// <summary>Shares of the picture's width and height.</summary>
    Shares,
}

/// <summary>
/// A face box as people and owners of datasets write it, in pixels of the upright picture or, where <paramref name="IsShares"/> says
/// so, in shares of its width and height.
/// </summary>
internal readonly record struct AnnotatedBox(FaceBox Corners, bool IsShares = false)
{
    /// <summary>No box of pixels lies wholly below this, and no share reaches far above 1.</summary>
    private const float LargestShare = 1.5f;

    /// <summary>Less of a box inside the picture, and it is that of another picture or size.</summary>
    private const float LeastInside = 0.25f;

    /// <summary>Whether no number of it is above what a share may be.</summary>
    public bool MayBeShares =>
        Math.Max(Math.Abs(Corners.X0), Math.Abs(Corners.Y0)) <= LargestShare
        && Math.Max(Math.Abs(Corners.X1), Math.Abs(Corners.Y1)) <= LargestShare;

    /// <summary>
    /// The box that four cells give; null where all of them are empty, or with the reason where they are none. A comma is a decimal
    /// point as well.
    /// </summary>
    public static (AnnotatedBox? Box, string? Fault) Parse(IReadOnlyList<string> cells, BoxFormat format)
    {
        if (cells.All(string.IsNullOrEmpty))
        {
            return (null, null);
        }

        var numbers = new float[cells.Count];
        for (var i = 0; i < cells.Count; i++)
        {
            var text = cells[i].Replace(',', '.');
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !float.IsFinite(numbers[i]))
            {
                return (null, $"its box is not four numbers: {string.Join(' ', cells)}");
            }
        }

        if (numbers is not [var x, var y, var a, var b])
        {
            return (null, $"its box is not four numbers: {string.Join(' ', cells)}");
        }

        var box = format switch
        {
            BoxFormat.Xywh => new FaceBox(x, y, x + a, y + b),
            BoxFormat.Cxcywh => new FaceBox(x - (a / 2), y - (b / 2), x + (a / 2), y + (b / 2)),
            _ => new FaceBox(x, y, a, b),
        };
        var cure = format == BoxFormat.Xyxy ? " (two corners are expected: is it a corner with width and height, xywh?)" : "";
        return box is { Width: > 0, Height: > 0 }
            ? (new AnnotatedBox(box), null)
            : (null, $"its box has no area: {string.Join(' ', cells)}{cure}");
    }

    /// <summary>The box in pixels of the picture.</summary>
    public FaceBox In(Picture picture) =>
        IsShares
            ? new FaceBox(Corners.X0 * picture.Width, Corners.Y0 * picture.Height, Corners.X1 * picture.Width, Corners.Y1 * picture.Height)
            : Corners;

    /// <summary>Why a box cannot be that of a face in the picture; null where it can.</summary>
    public string? FaultIn(Picture picture)
    {
        var box = In(picture);
        if (box.ClipTo(picture.Width, picture.Height) is not { } inside)
        {
            return $"its box {Say(box)} lies outside its {picture.Width} x {picture.Height} pixels";
        }

        return inside.Area < LeastInside * box.Area
            ? $"its box {Say(box)} reaches far beyond its {picture.Width} x {picture.Height} pixels: is it of a larger copy?"
            : null;
    }

    private static string Say(FaceBox box) => string.Create(CultureInfo.InvariantCulture, $"({box.X0}, {box.Y0}, {box.X1}, {box.Y1})");
}
