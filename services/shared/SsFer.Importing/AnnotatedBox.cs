using System.Globalization;
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
    /// <summary>Shares where most boxes have no number above 1.5, else pixels: no face is that small.</summary>
    Auto,

    Pixels,

    /// <summary>Shares of the picture's width and height.</summary>
    Shares,
}

/// <summary>
/// A face box as people and owners of datasets write it: four numbers in pixels of the upright picture or, where
/// <paramref name="IsShares"/> says so, in shares of its width and height.
/// </summary>
internal readonly record struct AnnotatedBox(float A, float B, float C, float D, BoxFormat Format = BoxFormat.Xyxy, bool IsShares = false)
{
    /// <summary>No box of pixels lies wholly below this, and no share reaches far above 1.</summary>
    private const float LargestShare = 1.5f;

    /// <summary>Less of a box inside the picture, and it is that of another picture or size.</summary>
    private const float LeastInside = 0.25f;

    /// <summary>Less of a box inside the picture, and it speaks for another format if that holds more of it.</summary>
    private const float MostlyInside = 0.75f;

    /// <summary>Whether no number of it is above what a share may be.</summary>
    public bool MayBeShares => Math.Max(Math.Abs(A), Math.Abs(B)) <= LargestShare && Math.Max(Math.Abs(C), Math.Abs(D)) <= LargestShare;

    /// <summary>The four numbers, as a message says them.</summary>
    public string Numbers => string.Create(CultureInfo.InvariantCulture, $"{A} {B} {C} {D}");

    /// <summary>
    /// The box that four cells give; null where all of them are empty, or with the reason where they are no numbers. A comma is a
    /// decimal point as well.
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

        return numbers is [var a, var b, var c, var d]
            ? (new AnnotatedBox(a, b, c, d, format), null)
            : (null, $"its box is not four numbers: {string.Join(' ', cells)}");
    }

    /// <summary>The box in pixels of a picture.</summary>
    public FaceBox In(int width, int height)
    {
        var (x, y) = IsShares ? (width, height) : (1, 1);
        return Format switch
        {
            BoxFormat.Xywh => new FaceBox(A * x, B * y, (A + C) * x, (B + D) * y),
            BoxFormat.Cxcywh => new FaceBox((A - (C / 2)) * x, (B - (D / 2)) * y, (A + (C / 2)) * x, (B + (D / 2)) * y),
            _ => new FaceBox(A * x, B * y, C * x, D * y),
        };
    }

    /// <summary>Why a box cannot be that of a face in the picture; null where it can.</summary>
    public string? FaultIn(int width, int height)
    {
        var box = In(width, height);
        return box is not { Width: > 0, Height: > 0 } ? $"its box has no area: {Numbers}"
            : box.ClipTo(width, height) is not { } inside ? $"its box {Say(box)} lies outside its {width} x {height} pixels"
            : inside.Area < LeastInside * box.Area
                ? $"its box {Say(box)} reaches far beyond its {width} x {height} pixels: is it of a larger copy?"
            : null;
    }

    /// <summary>Whether the box, read in a format, has an area and lies mostly in the picture.</summary>
    public bool Fits(BoxFormat format, int width, int height)
    {
        var box = (this with { Format = format }).In(width, height);
        return box is { Width: > 0, Height: > 0 } && box.ClipTo(width, height) is { } inside && inside.Area >= MostlyInside * box.Area;
    }

    private static string Say(FaceBox box) => string.Create(CultureInfo.InvariantCulture, $"({box.X0}, {box.Y0}, {box.X1}, {box.Y1})");
}
