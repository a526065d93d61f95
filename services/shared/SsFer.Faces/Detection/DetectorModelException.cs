using SsFer.Recipes;

namespace SsFer.Faces.Detection;

/// <summary>
/// A detector's model is missing, damaged, or of a kind the detector does not know; the message names the file and the cure.
/// </summary>
public sealed class DetectorModelException(string message, Exception? inner = null) : UserFacingException(message, inner);
