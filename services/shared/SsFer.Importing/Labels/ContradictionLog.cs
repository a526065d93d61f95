using SsFer.Artifacts.Datasets;

namespace SsFer.Importing.Labels;

/// <summary>Counts the pictures with several labels, and names the first of them, for <see cref="DatasetManifest.Provenance"/>.</summary>
internal sealed class ContradictionLog
{
    private const int Named = 20;
    private readonly List<string> _named = [];
    private int _more;

    public int Count { get; private set; }

    /// <param name="what">The picture and its labels; null where it need not be named, as <see cref="DatasetManifest.Rejected"/> does or
    /// the line of a copy.</param>
    /// <param name="pictures">How many these are.</param>
    public void Add(string? what, int pictures = 1)
    {
        Count += pictures;
        if (what is null)
        {
            return;
        }

        if (_named.Count < Named)
        {
            _named.Add(what);
        }
        else
        {
            _more++;
        }
    }

    /// <summary>Nothing where there was no contradiction, so that sound material has the version that it always had.</summary>
    public void AddTo(IDictionary<string, string> provenance, Contradictions choice)
    {
        if (Count == 0)
        {
            return;
        }

        var before = provenance.TryGetValue(ImportFindings.Contradicting, out var text) && int.TryParse(text, out var count) ? count : 0;
        provenance[ImportFindings.Contradicting] = ImportPlan.Text(before + Count);
        provenance[ImportFindings.Handled] = ContradictionNames.NameOf(choice);
        if (_named.Count > 0)
        {
            var listed = provenance.TryGetValue(ImportFindings.Listed, out var earlier) ? earlier + "; " : "";
            provenance[ImportFindings.Listed] = listed + string.Join("; ", _named) + (_more > 0 ? $"; and {_more} more" : "");
        }
    }
}
