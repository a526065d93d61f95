namespace SsFer.Artifacts.Tests.Storage;

/// <summary>Classes in here run while no other test does: they look at the memory of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresMemory
{
    public const string Name = "measures memory";
}
