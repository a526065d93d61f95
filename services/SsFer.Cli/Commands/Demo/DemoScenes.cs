using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Runs;
using SsFer.Artifacts.Storage;
using SsFer.Evaluation;
using SsFer.Faces.Imaging;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Planning;
using SsFer.Recipes;
using SsFer.Stages;
using SsFer.Stages.Faces;

namespace SsFer.Cli.Commands.Demo;

/// <summary>A test face, what it shows, and what the product says of it.</summary>
internal sealed record PredictedFace(Picture Picture, string Truth, string Prediction)
{
    public bool IsRight => Truth == Prediction;
}

/// <summary>A test face with most patches removed, as the autoencoder completes it, and as it is.</summary>
internal sealed record RepaintedFace(Picture Masked, Picture Repainted, Picture Original);

/// <summary>A training view, its box in units of the view.</summary>
internal sealed record LabelledView(Picture Picture, FaceBox Box, string Label);

/// <summary>Two training views and their mixture.</summary>
internal sealed record MixedFaces(LabelledView First, LabelledView Second, Picture Mixed, double Lambda, float Kappa);

/// <summary>
/// What the demo's picture shows. Nothing is picked for its looks: the first faces of the test split, and the pairs of least, middle
/// and largest kappa of a batch.
/// </summary>
internal sealed record DemoScenes
{
    private const int PredictedCount = 16;
    private const int RepaintedCount = 8;
    private const int PairCount = 16;

    public required int Labels { get; init; }

    public required int TestFaces { get; init; }

    public required IReadOnlyList<PredictedFace> Predicted { get; init; }

    public required IReadOnlyList<RepaintedFace> Repainted { get; init; }

    public required IReadOnlyList<MixedFaces> Mixed { get; init; }

    public static async Task<DemoScenes> CollectAsync(
        CommandSession session,
        string device,
        DemoFaces.Versions versions,
        RunStatus run,
        CancellationToken cancellationToken
    )
    {
        var recipe = StageEnvironment.RecipeOf(run.Spec);
        var target = ComputeTarget.Choose(device, Precision.Fp32, recipe.Execution.Threads);
        using var test = await PreparedFaces.OpenAsync(session.Store, versions.Test, session.CacheDirectory, cancellationToken);
        using var train = await PreparedFaces.OpenAsync(session.Store, versions.Train, session.CacheDirectory, cancellationToken);
        var split = await LabelledSplit.ForAsync(session.Store, run.Spec, train, cancellationToken);
        return new DemoScenes
        {
            Labels = split.Labelled.Count,
            TestFaces = test.Count,
            Predicted = await PredictAsync(session, versions, run, test, target, cancellationToken),
            Repainted = await RepaintAsync(session.Store, run, recipe, test, target, cancellationToken),
            Mixed = Mix(recipe, train),
        };
    }

    private static async Task<IReadOnlyList<PredictedFace>> PredictAsync(
        CommandSession session,
        DemoFaces.Versions versions,
        RunStatus run,
        PreparedFaces test,
        ComputeTarget target,
        CancellationToken cancellationToken
    )
    {
        using var model = await StoredModel.OpenAsync(session.Store, run.Spec.Id, cancellationToken);
        var (_, description, weights) = model;
        using var classifier = new Classifier(
            description.Model,
            description.Normalisation,
            description.Classes.Count,
            weights.Tensors,
            model.Name,
            target
        );
        int[] shown = [.. Enumerable.Range(0, Math.Min(PredictedCount, test.Count))];
        var probabilities = classifier.Predict(new FaceSubset(test, shown), cancellationToken);
        var pictures = await RawPicturesAsync(
            session,
            versions,
            shown.Select(test.KeyOf).ToHashSet(StringComparer.Ordinal),
            cancellationToken
        );
        return
        [
            .. shown.Select(index => new PredictedFace(
                pictures[test.KeyOf(index)],
                description.Classes[test.LabelOf(index)],
                description.Classes[Array.IndexOf(probabilities[index], probabilities[index].Max())]
            )),
        ];
    }

    /// <summary>The pictures as drawn: larger than what the model sees.</summary>
    private static async Task<Dictionary<string, Picture>> RawPicturesAsync(
        CommandSession session,
        DemoFaces.Versions versions,
        HashSet<string> keys,
        CancellationToken cancellationToken
    )
    {
        using var raw = await DatasetReader.OpenAsync(
            session.Store,
            versions.Name,
            versions.Raw,
            session.CacheDirectory,
            cancellationToken
        );
        var pictures = new Dictionary<string, Picture>(StringComparer.Ordinal);
        await foreach (var entry in raw.EntriesAsync(cancellationToken))
        {
            if (!keys.Contains(entry.Item.Key))
            {
                continue;
            }

            var encoded = new byte[entry.Length];
            raw.ReadImage(entry, encoded);
            pictures[entry.Item.Key] = new PictureDecoder().Decode(encoded, entry.Item.Source);
        }

        return pictures;
    }

    private static async Task<IReadOnlyList<RepaintedFace>> RepaintAsync(
        IArtifactStore store,
        RunStatus run,
        Recipe recipe,
        PreparedFaces test,
        ComputeTarget target,
        CancellationToken cancellationToken
    )
    {
        var artifact = run.Stages[TrainingPlan.Pretraining].Artifact!;
        using var weights = await StageWeights.OpenAsync(
            new StageEnvironment { Store = store, Cache = "" },
            artifact,
            TrainingState.WeightsFile,
            cancellationToken
        );
        using var reconstructor = new Reconstructor(recipe, weights.Tensors, artifact.Path, target);
        var size = recipe.Model.ImageSize;
        var samples = Enumerable
            .Range(0, Math.Min(RepaintedCount, test.Count))
            .Select(index => (index, new ViewKey(recipe.Seed, 0, index)))
            .ToArray();
        var faces = FaceBatch.Render(test, new EvaluationView(size, recipe.Normalisation), samples);
        var (pixels, removed) = reconstructor.Reconstruct(faces, recipe.Seed);
        var views = new ViewPixels(size, recipe.Normalisation);
        return
        [
            .. Enumerable
                .Range(0, faces.Count)
                .Select(n => new RepaintedFace(
                    views.WithoutPatches(faces.Pixels, n, recipe.Model.PatchSize, removed),
                    views.Picture(pixels, n),
                    views.Picture(faces.Pixels, n)
                )),
        ];
    }

    private static IReadOnlyList<MixedFaces> Mix(Recipe recipe, PreparedFaces train)
    {
        var size = recipe.Model.ImageSize;
        var count = Math.Min(2 * PairCount, train.Count);
        var samples = Enumerable.Range(0, count).Select(index => (index, new ViewKey(recipe.Seed, 0, index))).ToArray();
        var faces = FaceBatch.Render(train, new WeakView(size, recipe.Normalisation, recipe.FineTuning.Crop), samples);
        var kappa = new float[count];
        FaceMixPairing.Kappa(faces.Boxes, kappa);
        var views = new ViewPixels(size, recipe.Normalisation);
        var ranked = Enumerable.Range(0, count / 2).OrderBy(first => kappa[first]).ToArray();
        int[] shown = [ranked[^1], ranked[ranked.Length / 2], ranked[0]];
        return
        [
            .. shown.Select(
                (first, place) =>
                {
                    var second = FaceMixPairing.Partner(first, count);
                    var lambda = 0.25 + 0.25 * place; // in training one is drawn for each batch
                    return new MixedFaces(
                        View(first),
                        View(second),
                        views.Mixture(faces.Pixels, first, second, lambda),
                        lambda,
                        kappa[first]
                    );
                }
            ),
        ];

        LabelledView View(int index) =>
            new(views.Picture(faces.Pixels, index), faces.Boxes[index], train.Manifest.Classes[train.LabelOf(index)]);
    }
}
