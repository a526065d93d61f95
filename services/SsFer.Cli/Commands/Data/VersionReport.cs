using System.Globalization;
using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;
using SsFer.Cli.Terminal;
using SsFer.Importing;

namespace SsFer.Cli.Commands.Data;

/// <summary>What a version of a dataset holds, as <c>--json</c> and people see it.</summary>
internal sealed partial record VersionReport
{
    private const int ShownRejected = 20;
    private const string Unlabelled = "";
    private const string Duplicates = "duplicates";
    private const string SeveralFaces = "severalFaces";
    private const string DuplicatesAcrossSplits = "duplicatesAcrossSplits";

    public required string Dataset { get; init; }

    public required DatasetKind Kind { get; init; }

    public required string Version { get; init; }

    /// <summary>Side in pixels; null for raw pictures.</summary>
    public int? Size { get; init; }

    public required int Pictures { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Pictures per split, then per class name ("" = unlabelled).</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Counts { get; init; }

    public required int RejectedCount { get; init; }

    /// <summary>The first of the pictures left out, each with its reason.</summary>
    public required IReadOnlyList<RejectedItem> Rejected { get; init; }

    /// <summary>All of the pictures left out, by reason.</summary>
    public required IReadOnlyList<RejectionGroup> RejectedByReason { get; init; }

    /// <summary>
    /// Which pictures were kept though no face was found in them, and of which one face of several was kept; null for raw pictures, and
    /// where nobody looked the pictures through.
    /// </summary>
    public DetectionList? Detection { get; init; }

    /// <summary>How the version was made, and what was counted on the way: duplicates, share detected, spread of kappa.</summary>
    public required IReadOnlyDictionary<string, string> Provenance { get; init; }

    /// <summary>What the import decided by itself, in sentences.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    public static VersionReport Of(DatasetManifest manifest) =>
        new()
        {
            Dataset = manifest.Name,
            Kind = manifest.Kind,
            Version = manifest.Version,
            Size = manifest.Size,
            Pictures = manifest.Pictures,
            Classes = manifest.Classes,
            Counts = manifest.Counts,
            RejectedCount = manifest.Rejected.Count,
            Rejected = [.. manifest.Rejected.Take(ShownRejected)],
            RejectedByReason = RejectionGroup.Of(manifest.Rejected),
            Provenance = manifest.Provenance,
            Findings = ImportFindings.Of(manifest),
        };

    public void WriteTo(TextWriter text)
    {
        text.WriteLine(
            Kind == DatasetKind.Raw
                ? $"{Dataset}, raw, version {Version}: {ProgressText.Count(Pictures)} pictures"
                : $"{Dataset}, prepared at {Size} pixels, version {Version}: {ProgressText.Count(Pictures)} faces"
        );
        CountTable().WriteTo(text, "  ");
        WriteDuplicates(text);
        if (Detection is null)
        {
            WriteSeveralFaces(text);
        }
        else
        {
            Detection.WriteTo(text);
        }

        foreach (
            var (key, value) in Provenance
                .Where(pair => pair.Key is not (Duplicates or DuplicatesAcrossSplits or SeveralFaces) && !ImportFindings.Say(pair.Key))
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        )
        {
            text.WriteLine($"  {Words(key)}: {value}");
        }

        foreach (var finding in Findings)
        {
            text.WriteLine($"  note: {finding}");
        }

        WriteRejected(text);
    }

    private TextTable CountTable()
    {
        var splits = new[] { DatasetSplit.Train, DatasetSplit.Validation, DatasetSplit.Test }.Where(Counts.ContainsKey).ToList();
        var table = new TextTable(["class", .. splits]);
        foreach (var name in Classes.Append(Unlabelled))
        {
            var counts = splits.Select(split => Counts[split].GetValueOrDefault(name)).ToList();
            if (name != Unlabelled || counts.Any(count => count > 0))
            {
                table.Add([name == Unlabelled ? "(unlabelled)" : name, .. counts.Select(count => ProgressText.Count(count))]);
            }
        }

        return table;
    }

    private void WriteRejected(TextWriter text)
    {
        if (RejectedCount == 0)
        {
            return;
        }

        text.WriteLine($"  rejected: {ProgressText.Count(RejectedCount)}");
        foreach (var group in RejectedByReason)
        {
            text.WriteLine($"    {ProgressText.Count(group.Count)} {(group.Count == 1 ? "picture" : "pictures")}: {group.Reason}");
            foreach (var item in group.Examples)
            {
                text.WriteLine(item.Reason == group.Reason ? $"      {item.Source}" : $"      {item.Source}: {item.Reason}");
            }

            if (group.Count > group.Examples.Count)
            {
                text.WriteLine($"      and {ProgressText.Count(group.Count - group.Examples.Count)} more");
            }
        }
    }

    private void WriteDuplicates(TextWriter text)
    {
        // Counted by the import; prepared faces keep the marks, not the counts.
        if (Count(Duplicates) is { } all && Count(DuplicatesAcrossSplits) is { } across)
        {
            text.WriteLine($"  duplicates: {ProgressText.Count(all - across)} within a split, {ProgressText.Count(across)} across splits");
        }
    }

    private void WriteSeveralFaces(TextWriter text)
    {
        if (Count(SeveralFaces) is { } count and > 0)
        {
            text.WriteLine($"  {ProgressText.Count(count)} with several faces, the most prominent kept");
        }
    }

    /// <summary>A number of the provenance; null where it has none of this name.</summary>
    private int? Count(string key) =>
        int.TryParse(Provenance.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static string Words(string key) =>
        WordBeginnings().Replace(key, match => $" {match.Value.ToLower(CultureInfo.InvariantCulture)}");

    [GeneratedRegex("(?<=[a-z])[A-Z]|(?<=[a-z])[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex WordBeginnings();
}
