namespace SsFer.Faces.Detection;

/// <summary>A point of the face in pixels, in the coordinates of <see cref="Recipes.FaceBox"/>.</summary>
public readonly record struct Landmark(float X, float Y);
