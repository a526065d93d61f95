using SsFer.Faces.Detection;
using SsFer.Faces.Imaging;
using SsFer.Recipes;

namespace SsFer.Faces.Alignment;

/// <summary>A prepared face: a square picture and where the face is in it.</summary>
/// <param name="Picture">Size x Size pixels.</param>
/// <param name="Box">In pixels of <paramref name="Picture"/>, clipped to it; null where no face was found.</param>
/// <param name="Landmarks">In pixels of <paramref name="Picture"/>, not clipped, in the detector's order; empty where there are
/// none.</param>
public sealed record AlignedFace(Picture Picture, FaceBox? Box, IReadOnlyList<Landmark> Landmarks)
{
    /// <summary>From pixels of the picture it was cut from to pixels of <see cref="Picture"/>.</summary>
    public required AffineMap Placement { get; init; }
}
