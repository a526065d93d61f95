using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing;

/// <summary>
/// Pictures, with labels or without, from zip archives and directories, in one of the layouts they come in. Only names, labels and
/// boxes are held in memory; pictures stream through. Boxes and landmarks are those of the upright picture, as viewers show it
/// (turned as its EXIF orientation says), and serve <c>--detector annotated</c>.
/// </summary>
/// <param name="paths">Zip archives or directories; archives inside a directory are opened too.</param>
/// <param name="holdOut">Draws a validation split out of train; null leaves the splits as they are.</param>
public abstract class DatasetImporter(IReadOnlyList<string> paths, HoldOut? holdOut = null)
{
    /// <summary>Imports and publishes; the same pictures, labels and options give the same version again.</summary>
    /// <exception cref="ImportException">
    /// A path, a list of labels or a column is missing, the layout is another one, or no picture is usable; the message names it and
    /// the cure.
    /// </exception>
    public async Task<DatasetManifest> ImportAsync(
        IArtifactStore store,
        string name,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        Check();
        using var sources = PictureSources.Open(paths, options.Encoding);
        var plan = await PlanOrTellOfPackedAsync(sources, options, cancellationToken);
        plan = await SurveyAsync(
            plan with
            {
                Pictures = [.. plan.Pictures.OrderBy(picture => picture.Key, StringComparer.Ordinal)],
            },
            options,
            progress,
            cancellationToken
        );
        var draft = new DatasetDraft
        {
            Name = name,
            Kind = DatasetKind.Raw,
            Classes = plan.Classes,
            Provenance = plan.Provenance,
        };
        return await new RawDatasetImport(store, options).RunAsync(draft, plan, progress, cancellationToken);
    }

    /// <summary>What can be refused before a place is opened.</summary>
    /// <exception cref="ImportException">A file is missing.</exception>
    private protected virtual void Check() { }

    /// <summary>Whether copies with equal pixels and several labels stay where nothing is chosen: in sets published as they are.</summary>
    private protected virtual bool IsPublishedSet => false;

    /// <summary>Reads the layout; the keys of the pictures are given, their order is not.</summary>
    private protected abstract Task<ImportPlan> PlanAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    );

    /// <summary>The places searched, as a message says them.</summary>
    private protected string Places => string.Join(", ", paths.Select(path => $"'{path}'"));

    /// <summary>What is missing may be in an archive that was not unpacked.</summary>
    private async Task<ImportPlan> PlanOrTellOfPackedAsync(
        PictureSources sources,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await PlanAsync(sources, options, cancellationToken);
        }
        catch (ImportException fault) when (sources.Packed is { } packed)
        {
            throw new ImportException($"{fault.Message}; {packed}", fault);
        }
    }

    /// <summary>What takes all pictures to be looked at before one is stored: boxes, contradictions in the pixels, the draw.</summary>
    private async Task<ImportPlan> SurveyAsync(
        ImportPlan plan,
        ImportOptions options,
        IProgress<ImportProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var choice = options.Contradictions ?? (IsPublishedSet ? Contradictions.Keep : Contradictions.LeaveOut);
        var compares =
            choice != Contradictions.Keep
            && plan.Pictures.Select(picture => picture.Label).OfType<string>().Distinct(StringComparer.Ordinal).Skip(1).Any();
        var checks = plan.DeclaresBoxes && plan.Pictures.Any(picture => picture.Box is not null);
        if (holdOut is not null)
        {
            HoldOutDraw.Check(plan.Pictures);
        }
        else if (!compares && !checks)
        {
            return plan;
        }

        var pixels = await new PixelSurvey(options).ReadAsync(
            plan.Pictures,
            picture =>
                (compares && picture.Label is not null)
                || (checks && picture.Box is not null)
                || (holdOut is not null && picture.Split == DatasetSplit.Train),
            holdOut is null ? ImportPhase.Compare : ImportPhase.Draw,
            progress,
            cancellationToken
        );
        if (checks)
        {
            BoxFit.Check(plan.Pictures, pixels);
        }

        var (pictures, rejected) = (plan.Pictures, plan.Rejected);
        var provenance = new Dictionary<string, string>(plan.Provenance);
        if (compares)
        {
            var equal = new EqualPixels(choice);
            var kept = equal.Settle(pictures, pixels);
            (pictures, pixels) = ([.. kept.Values], [.. kept.Keys.Select(i => pixels[i])]);
            rejected = [.. rejected, .. equal.Rejected];
            equal.Contradicting.AddTo(provenance, choice);
        }

        if (holdOut is not null)
        {
            pictures = new HoldOutDraw(holdOut).Draw(pictures, pixels);
            (provenance["holdOut"], provenance["seed"]) = (holdOut.ShareText, holdOut.SeedText);
            if (HoldOutDraw.Untouched(pictures).ToList() is { Count: > 0 } untouched)
            {
                provenance[ImportFindings.NotHeldOut] = string.Join(", ", untouched);
            }
        }

        return plan with
        {
            Pictures = pictures,
            Rejected = rejected,
            Provenance = provenance,
        };
    }
}
