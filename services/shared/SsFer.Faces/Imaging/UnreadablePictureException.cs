using SsFer.Recipes;

namespace SsFer.Faces.Imaging;

/// <summary>A picture that cannot or must not be decoded. It concerns this one picture: a job records it and goes on.</summary>
public sealed class UnreadablePictureException(string name, string reason, Exception? inner = null)
    : UserFacingException($"{name} {reason}", inner)
{
    /// <summary>The picture as its caller named it: file name, or archive and entry.</summary>
    public string Name { get; } = name;

    /// <summary>The rest of the sentence that begins with the name, in one line.</summary>
    public string Reason { get; } = reason;

    /// <summary>It asks for more than the budget allows; nothing was decoded.</summary>
    public bool IsOverBudget { get; private init; }

    internal static UnreadablePictureException OverBudget(string name, string reason) => new(name, reason) { IsOverBudget = true };
}
