using SsFer.Cli.Tests.Training;

[assembly: AssemblyFixture(typeof(PreparedFaces))]

namespace SsFer.Cli.Tests.Training;

/// <summary>The faces of every training test, imported and prepared when the first of them asks.</summary>
public sealed class PreparedFaces : IAsyncDisposable
{
    private static readonly Lazy<Task<TrainingMaterial>> Material = new(TrainingMaterial.ImportAndPrepareAsync);

    internal static Task<TrainingMaterial> GetAsync() => Material.Value;

    public async ValueTask DisposeAsync()
    {
        if (Material.IsValueCreated)
        {
            (await Material.Value).Dispose();
        }
    }
}
