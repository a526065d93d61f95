namespace SsFer.Artifacts.Datasets;

/// <summary>Keys under which a version of prepared faces says how it was made (<see cref="DatasetManifest.Provenance"/>).</summary>
public static class PreparationProvenance
{
    /// <summary>Version of the pictures that were prepared.</summary>
    public const string RawVersion = "rawVersion";

    /// <summary>blazeface, yolo-face, annotated or none.</summary>
    public const string Detector = "detector";

    /// <summary>SHA-256 of the detector's network in hexadecimal; absent where no network was asked.</summary>
    public const string DetectorModel = "detectorModel";

    /// <summary>Share of the detector's canvas that a picture took, or auto; absent where no network was asked.</summary>
    public const string Border = "border";

    /// <summary>What was kept around a face on each side, as a share of the longer side of its box.</summary>
    public const string Margin = "margin";
}
