using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Detection;

/// <summary>
/// Where a picture lies on a detector's canvas (Left, Top, Width, Height in canvas pixels), and how many canvas pixels one of its
/// pixels is, across and down.
/// </summary>
internal readonly record struct CanvasPlacement(int Left, int Top, int Width, int Height, float ScaleX, float ScaleY)
{
    private const byte MidGrey = 128;

    /// <summary>In the middle, as large as fits into <paramref name="share"/> of the canvas with the picture's own proportions.</summary>
    public static CanvasPlacement Centred(int pictureWidth, int pictureHeight, int canvasWidth, int canvasHeight, float share)
    {
        var scale = share * Math.Min((float)canvasWidth / pictureWidth, (float)canvasHeight / pictureHeight);
        var width = Math.Clamp((int)MathF.Round(pictureWidth * scale), 1, canvasWidth);
        var height = Math.Clamp((int)MathF.Round(pictureHeight * scale), 1, canvasHeight);
        // The scale of the rounded size, so that boxes come back exactly.
        return new CanvasPlacement(
            (canvasWidth - width) / 2,
            (canvasHeight - height) / 2,
            width,
            height,
            (float)width / pictureWidth,
            (float)height / pictureHeight
        );
    }

    public FaceBox ToPicture(FaceBox box) =>
        new((box.X0 - Left) / ScaleX, (box.Y0 - Top) / ScaleY, (box.X1 - Left) / ScaleX, (box.Y1 - Top) / ScaleY);

    public FaceBox ToCanvas(FaceBox box) =>
        new(box.X0 * ScaleX + Left, box.Y0 * ScaleY + Top, box.X1 * ScaleX + Left, box.Y1 * ScaleY + Top);

    public Landmark ToPicture(Landmark point) => new((point.X - Left) / ScaleX, (point.Y - Top) / ScaleY);

    public Landmark ToCanvas(Landmark point) => new(point.X * ScaleX + Left, point.Y * ScaleY + Top);

    public DetectedFace ToPicture(DetectedFace face)
    {
        var placement = this;
        return face with { Box = ToPicture(face.Box), Landmarks = [.. face.Landmarks.Select(placement.ToPicture)] };
    }

    /// <summary>Paints the picture onto a canvas of height x width x 3 bytes, the border mid-grey.</summary>
    /// <remarks>
    /// The border's colour matters little: of 1,000 FERPlus validation images at a share of 0.4 BlazeFace finds a face in 99.9 % with grey,
    /// 99.8 % with the picture's mean colour, 99.6 % with black, 99.3 % with replicated edges.
    /// </remarks>
    public void Paint(Picture picture, Span<byte> canvas, int canvasWidth)
    {
        canvas.Fill(MidGrey);
        var scaled = picture.Resize(Width, Height).Pixels;
        for (var y = 0; y < Height; y++)
        {
            scaled.Slice(y * Width * 3, Width * 3).CopyTo(canvas[(((Top + y) * canvasWidth + Left) * 3)..]);
        }
    }
}
