namespace SsFer.Recipes;

/// <summary>A recipe has an unknown key or a value it cannot have; the message names the key and what it may be.</summary>
public sealed class RecipeException : Exception
{
    public RecipeException(string message)
        : base(message) { }

    public RecipeException(string message, Exception cause)
        : base(message, cause) { }
}
