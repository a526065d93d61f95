namespace SsFer.Recipes;

/// <summary>A recipe has an unknown key or a value it cannot have; the message names the key and what it may be.</summary>
public sealed class RecipeException(string message, Exception? inner = null) : InvalidRequestException(message, inner);
