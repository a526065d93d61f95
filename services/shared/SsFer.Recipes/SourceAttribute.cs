namespace SsFer.Recipes;

/// <summary>
/// Where the default value of a setting comes from: "paper 4.2" is the section or equation of the SSFER paper, "ref" its authors'
/// public code, "MAE" (He et al. 2022), "timm" or "torchvision" what that code takes over unchanged, "ours: why" a choice of this
/// project. How sources are cited: docs/method.md.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SourceAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}
