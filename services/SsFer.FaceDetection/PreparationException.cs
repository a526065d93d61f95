using SsFer.Recipes;

namespace SsFer.FaceDetection;

/// <summary>A dataset cannot be prepared as asked; the message names what is wrong and the cure. Nothing was published.</summary>
public sealed class PreparationException(string message, Exception? inner = null) : UserFacingException(message, inner);
