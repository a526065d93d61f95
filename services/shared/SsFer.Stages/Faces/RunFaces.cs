using SsFer.Artifacts.Runs;
using SsFer.Contracts;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Stages.Faces;

/// <summary>
/// The faces of a run as its stages see them. Faces of other datasets than the validation split's whose pictures have the pixels of
/// a held-out one are left out: their figures would be those of faces seen in training. The validation split's own dataset stays as
/// its owner cut it, since figures on published splits would compare with nobody's otherwise; evaluation reports such duplicates in
/// and out (see <see cref="PreparedFaces.IsDuplicate"/>).
/// </summary>
public sealed class RunFaces : IDisposable
{
    private readonly List<PreparedFaces> _opened = [];

    private RunFaces() { }

    /// <summary>Class names in the order of their index.</summary>
    public IReadOnlyList<string> Classes { get; private set; } = [];

    /// <summary>Faces whose labels may be used.</summary>
    public IFaceSource Labelled { get; private set; } = new FaceUnion([]);

    /// <summary>
    /// All others: the rest of the labelled dataset, then the unlabelled datasets. A class that is known all the same serves
    /// measurement alone.
    /// </summary>
    public IFaceSource Unlabelled { get; private set; } = new FaceUnion([]);

    /// <summary>Labelled and unlabelled together, for pre-training.</summary>
    public IFaceSource All => new FaceUnion([Labelled, Unlabelled]);

    /// <summary>
    /// Faces of the run's datasets that were left out because their pictures have the pixels of one that is held out; one that two of
    /// the run's splits hold counts once.
    /// </summary>
    public int LeftOut => _opened.SelectMany(source => source.LeftOut.Select(key => (source.Manifest.Name, key))).Distinct().Count();

    /// <summary>
    /// Opens the faces of a claimed training stage. Before the first of them begins it is known whether each of the run's training
    /// stages has faces enough: a preparation may have left some out since the run was planned. That one also says how many faces are
    /// left out.
    /// </summary>
    /// <param name="environment">Store and cache; its observer is told.</param>
    /// <param name="claim">The stage.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="PermanentStageException">As of the other, or a stage has too few faces; the message names the setting and the
    /// cure.</exception>
    public static async Task<RunFaces> OpenAsync(StageEnvironment environment, StageClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(claim);
        var spec = claim.SpecOfPreparedFaces();
        var faces = await OpenAsync(environment, spec, cancellationToken);
        try
        {
            faces.RequireEnough(spec, claim.Plan);
        }
        catch
        {
            faces.Dispose();
            throw;
        }

        var isFirst = claim.Inputs.Keys.All(input => claim.Plan.Stage(input).Kind == StageKind.FaceDetection);
        if (isFirst && claim.Record.Checkpoint is null && faces.LeftOut is > 0 and var leftOut)
        {
            environment.Observer.Noted(
                spec.Id,
                claim.Stage.Name,
                $"left out {leftOut} faces whose pictures have the pixels of one in {spec.Validation}"
            );
        }

        return faces;
    }

    /// <summary>Opens the datasets of a run and its labelled split.</summary>
    /// <param name="environment">Store and cache.</param>
    /// <param name="spec">The run, with references to prepared versions.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="PermanentStageException">A dataset is not prepared for the recipe, there is no face to learn from, or none with
    /// a label to measure by.</exception>
    public static async Task<RunFaces> OpenAsync(StageEnvironment environment, RunSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(spec);
        var faces = new RunFaces();
        try
        {
            await ValidationFaces.RequireAsync(environment.Store, spec, cancellationToken);
            var heldOut = await HeldOutPixelHashes.OfAsync(environment, spec, cancellationToken);
            List<IFaceSource> unlabelled = [];
            if (spec.Labelled is { } labelled)
            {
                var source = await faces.OpenAsync(environment, labelled, heldOut, cancellationToken);
                var split = await LabelledSplit.ForAsync(environment.Store, spec, source, cancellationToken);
                var chosen = split.Labelled.ToHashSet(StringComparer.Ordinal);
                var isChosen = Enumerable.Range(0, source.Count).ToLookup(index => chosen.Contains(source.KeyOf(index)));
                faces.Classes = source.Manifest.Classes;
                faces.Labelled = new FaceSubset(MislabelledFaces.Of(source, split), [.. isChosen[true]]);
                unlabelled.Add(new FaceSubset(source, [.. isChosen[false]]));
            }

            foreach (var reference in spec.Unlabelled)
            {
                unlabelled.Add(new WithoutLabels(await faces.OpenAsync(environment, reference, heldOut, cancellationToken)));
            }

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
        {
            source.Dispose();
        }
    }

    private void RequireEnough(RunSpec spec, RunPlan plan)
    {
        var counts = new FaceCounts(Labelled.Count, Unlabelled.Count, $"labels '{spec.Labels}' of '{spec.Labelled}'");
        var stages = plan.Stages.Select(stage => stage.Kind).ToHashSet();
        if (counts.ShortageFor(StageEnvironment.RecipeOf(spec), stages) is { } shortage)
        {
            throw new PermanentStageException($"{shortage}; then ask for the run again");
        }
    }

    private async Task<PreparedFaces> OpenAsync(
        StageEnvironment environment,
        DatasetReference reference,
        HeldOutPixelHashes heldOut,
        CancellationToken cancellationToken
    )
    {
        var source = await PreparedFaces.OpenAsync(environment, reference, heldOut.For(reference), cancellationToken);
        _opened.Add(source);
        return source;
    }

    /// <summary>Other datasets' labels, if they have any, are of their own classes.</summary>
    private sealed class WithoutLabels(IFaceSource source) : IFaceSource
    {
        public int Count => source.Count;

        public PlanarImage Read(int index) => source.Read(index);

        public FaceBox? BoxOf(int index) => source.BoxOf(index);

        public int LabelOf(int index) => -1;
    }
}
