using System.Globalization;
using System.Security.Cryptography;
using SsFer.Artifacts.Datasets;
using SsFer.Recipes;

namespace SsFer.FaceDetection;

/// <summary>Counts what happens to the pictures and puts it into words for the manifest.</summary>
internal sealed class PreparationReport(PreparationOptions options, int total)
{
    private const string NoFaceKey = "noFace";
    private const string SeveralFacesKey = "severalFaces";

    // Where no face was found FaceMix takes this box (docs/method.md, section 2: 25, 25, 220, 220 of 224), so the spread takes it too.
    private readonly FaceBox _fallback = FaceBox.Fallback.Scale(options.Size, options.Size);
    private readonly List<FaceBox> _boxes = new(total);

    public int Done { get; private set; }

    public int NoFace { get; private set; }

    /// <summary>Pictures of which one face of several was kept.</summary>
    public int SeveralFaces { get; private set; }

    public int Rejected { get; private set; }

    public PreparedFace? FirstRejected { get; private set; }

    public void Count(PreparedFace face)
    {
        if (face.Reason is not null)
        {
            CountRejected(1);
            FirstRejected ??= face;
            return;
        }
        CountPrepared(face.Item);
    }

    /// <summary>A face, perhaps one that an earlier process stored.</summary>
    public void CountPrepared(DatasetItem item)
    {
        Done++;
        NoFace += item.Box is null ? 1 : 0;
        SeveralFaces += item.FacesFound > 1 ? 1 : 0;
        _boxes.Add(FaceBox.OfNumbers(item.Box) ?? _fallback);
    }

    /// <summary>All pictures, where an earlier process prepared them to the last.</summary>
    public void CountCompleted(DatasetManifest prepared)
    {
        Done = total;
        Rejected = prepared.Rejected.Count;
        NoFace = int.Parse(prepared.Provenance[NoFaceKey], CultureInfo.InvariantCulture);
        SeveralFaces = int.Parse(prepared.Provenance.GetValueOrDefault(SeveralFacesKey, "0"), CultureInfo.InvariantCulture);
    }

    public void CountRejected(int count)
    {
        Done += count;
        Rejected += count;
    }

    public Dictionary<string, string> Describe(DatasetManifest raw)
    {
        var description = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [PreparationProvenance.RawVersion] = raw.Version,
            [PreparationProvenance.Detector] = options.Detector.Name,
        };
        if (options.Detector.ModelPath is { } model)
        {
            description[PreparationProvenance.DetectorModel] = HashOf(model);
            description[PreparationProvenance.Border] = options.Border is { } border ? Text(border) : "auto";
        }
        description[PreparationProvenance.Margin] = Text(options.Margin);
        return description;
    }

    public Dictionary<string, string> Summarise()
    {
        var found = _boxes.Count - NoFace;
        var summary = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [NoFaceKey] = NoFace.ToString(CultureInfo.InvariantCulture),
            ["shareDetected"] = Text((float)found / Done),
        };
        if (options.Detector.ModelPath is not null)
        {
            summary[SeveralFacesKey] = SeveralFaces.ToString(CultureInfo.InvariantCulture);
        }

        if (KappaSpread.Of(_boxes) is { } kappa)
        {
            summary["kappaMean"] = Text(kappa.Mean);
            summary["kappaPercentile5"] = Text(kappa.Percentile5);
            summary["kappaMedian"] = Text(kappa.Median);
            summary["kappaPercentile95"] = Text(kappa.Percentile95);
        }
        return summary;
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string Text(float value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
