namespace SsFer.Learning.Recipes;

/// <summary>Where the default value of a setting, the paper's, comes from: "paper 4.2", "ref" or "ours: why".</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SourceAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}
