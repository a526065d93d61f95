using System.Globalization;
using SsFer.Artifacts.Datasets;

namespace SsFer.Importing;

/// <summary>
/// What an import decided by itself, in sentences, out of the version's provenance: terminal and HTTP say the same, at once and
/// whenever the dataset is looked at.
/// </summary>
public static class ImportFindings
{
    internal const string Contradicting = "contradictingPictures";
    internal const string Handled = "contradictions";
    internal const string Listed = "contradictionList";
    internal const string Missing = "missingLabels";
    internal const string WholeNumbers = "labelsAsWholeNumbers";
    internal const string Spellings = "classSpellings";
    internal const string Empty = "classesWithoutPicture";
    internal const string Shares = "boxUnits";
    internal const string Relocated = "pathsRelocated";
    internal const string SharedFolders = "foldersInSeveralClasses";
    internal const string NotHeldOut = "classesNotHeldOut";
    internal const string NoVotes = "columnsWithoutVotes";

    /// <summary>Whether the sentences say what a key of the provenance holds.</summary>
    public static bool Say(string key) =>
        key
            is Contradicting
                or Handled
                or Missing
                or WholeNumbers
                or Spellings
                or Empty
                or Shares
                or Relocated
                or NotHeldOut
                or NoVotes
                or SharedFolders;

    /// <summary>One sentence a finding; none where the material left nothing to decide.</summary>
    public static IReadOnlyList<string> Of(DatasetManifest manifest)
    {
        var said = new List<string>();
        var known = manifest.Provenance;
        if (known.TryGetValue(Contradicting, out var count))
        {
            var how = known.GetValueOrDefault(Handled) switch
            {
                "keep" => "all were kept",
                "votes" => "the label with most votes was taken, and where votes were even all were left out",
                _ => "all were left out",
            };
            var one = count == "1";
            said.Add(
                $"{Number(count)} {(one ? "picture has" : "pictures have")} several labels that contradict each other, by rows of a "
                    + $"list or by copies with equal pixels: {how} (contradictions: leave-out, keep or votes)"
            );
        }

        Add(Missing, text =>
            $"labels taken as missing, their pictures as unlabelled: {text} (missing=MARK,... gives other marks, missing=none none)"
        );
        Add(WholeNumbers, text => $"labels are whole numbers written with decimals, such as {text}: their classes have none");
        Add(Spellings, text => $"spellings taken as one class: {text}");
        Add(Empty, text => $"no class, since none of its files is a usable picture: {text}");
        Add(NotHeldOut, text => $"classes too small for a picture of theirs to be held out: {text}");
        Add(SharedFolders, text =>
            $"the upper folders were taken as the classes, and those in them for nothing, although several have the same: {text}"
        );
        Add(NoVotes, text => $"columns that the votes file has not, as if nobody had voted so: {text}");
        Add(Relocated, text => $"paths of the table were taken for files elsewhere: {text}");
        if (known.GetValueOrDefault(Shares) == "shares")
        {
            said.Add("boxes were taken as shares of the picture's width and height (box units: pixels or shares)");
        }

        return said;

        void Add(string key, Func<string, string> sentence)
        {
            if (known.TryGetValue(key, out var text))
            {
                said.Add(sentence(text));
            }
        }
    }

    private static string Number(string count) =>
        int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("N0", CultureInfo.InvariantCulture)
            : count;
}
