using SsFer.Artifacts.Runs;
using SsFer.Learning.Training;

namespace SsFer.Stages.Faces;

/// <summary>The faces of a run as its stages see them.</summary>
public sealed class RunFaces : IDisposable
{
    private readonly List<PreparedFaces> _opened = [];

    private RunFaces()
    {
    }

    /// <summary>Class names in the order of their index.</summary>
    public IReadOnlyList<string> Classes { get; private set; } = [];

    /// <summary>Faces whose labels may be used.</summary>
    public IFaceSource Labelled { get; private set; } = new FaceUnion([]);

    /// <summary>All others: the rest of the labelled dataset, then the unlabelled datasets. A class that is known all the same serves measurement alone.</summary>
    public IFaceSource Unlabelled { get; private set; } = new FaceUnion([]);

    /// <summary>Labelled and unlabelled together, for pre-training.</summary>
    public IFaceSource All => new FaceUnion([Labelled, Unlabelled]);

    /// <summary>Opens the datasets of a run and its labelled split.</summary>
    /// <exception cref="PermanentStageException">A dataset is not prepared for the recipe, or there is no face to learn from.</exception>
    public static async Task<RunFaces> OpenAsync(StageEnvironment environment, RunSpec spec, CancellationToken cancellationToken)
    {
        var faces = new RunFaces();
        try
        {
            List<IFaceSource> unlabelled = [];
            if (spec.Labelled is { } labelled)
            {
                var source = await faces.OpenAsync(environment, labelled, cancellationToken);
                var split = await LabelledSplit.ForAsync(environment.Store, spec, source, cancellationToken);
                var chosen = split.Labelled.ToHashSet(StringComparer.Ordinal);
                var isChosen = Enumerable.Range(0, source.Count).ToLookup(index => chosen.Contains(source.KeyOf(index)));
                faces.Classes = source.Manifest.Classes;
                faces.Labelled = new FaceSubset(source, [.. isChosen[true]]);
                unlabelled.Add(new FaceSubset(source, [.. isChosen[false]]));
            }

            foreach (var reference in spec.Unlabelled)
                unlabelled.Add(new WithoutLabels(await faces.OpenAsync(environment, reference, cancellationToken)));
            faces.Unlabelled = new FaceUnion(unlabelled);
            return faces.All.Count > 0 ? faces : throw new PermanentStageException("the run's datasets hold no face to learn from");
        }
        catch
        {
            faces.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var source in _opened)
            source.Dispose();
    }

    private async Task<PreparedFaces> OpenAsync(StageEnvironment environment, DatasetReference reference, CancellationToken cancellationToken)
    {
        var source = await PreparedFaces.OpenAsync(environment.Store, reference, environment.Cache, cancellationToken);
        _opened.Add(source);
        return source;
    }

    /// <summary>Other datasets' labels, if they have any, are of their own classes.</summary>
    private sealed class WithoutLabels(IFaceSource source) : IFaceSource
    {
        public int Count => source.Count;

        public Learning.Augmentation.PlanarImage Read(int index) => source.Read(index);

        public Learning.Augmentation.FaceBox? BoxOf(int index) => source.BoxOf(index);

        public int LabelOf(int index) => -1;
    }
}
