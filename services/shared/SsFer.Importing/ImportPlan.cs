using System.Globalization;
using SsFer.Artifacts.Datasets;

namespace SsFer.Importing;

/// <summary>What an importer found out before a picture is read.</summary>
internal sealed record ImportPlan
{
    public required IReadOnlyList<PlannedPicture> Pictures { get; init; }

    /// <summary>Class names in the order of the class index.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Whether the classes are those that the material names: one without a usable picture is then none.</summary>
    public bool NamesItsClasses { get; init; }

    /// <summary>Whether somebody said what the numbers of the boxes are, and may be wrong.</summary>
    public bool DeclaresBoxes { get; init; }

    public IReadOnlyList<RejectedItem> Rejected { get; init; } = [];

    /// <summary>The importer's name first of all, its options, and what it counted; see <see cref="DatasetDraft.Provenance"/>.</summary>
    public required IReadOnlyDictionary<string, string> Provenance { get; init; }

    public static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
