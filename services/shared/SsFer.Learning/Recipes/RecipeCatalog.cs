namespace SsFer.Learning.Recipes;

/// <summary>The documented presets.</summary>
public static class RecipeCatalog
{
    /// <summary>Every number of the paper, section 4.2, or of its reference code.</summary>
    public static Recipe Paper { get; } = new() { Name = "paper" };
}
