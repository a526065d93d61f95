namespace SsFer.Recipes;

/// <summary>
/// A setting that came after recipes were stored: JSON leaves it out where it has its default, and may lack it. So recipes from before
/// are read as they are, and keep their text; a run's name is a hash of that.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OmittedAtDefaultAttribute : Attribute;
