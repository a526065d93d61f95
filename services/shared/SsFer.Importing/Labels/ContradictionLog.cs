using SsFer.Artifacts.Datasets;

namespace SsFer.Importing.Labels;

/// <summary>Counts the pictures with several labels, and names the first of them, for <see cref="DatasetManifest.Provenance"/>.</summary>
internal sealed class ContradictionLog
{
    private const int Named = 20;
    private readonly List<string> _named = [];

    public int Count { get; private set; }

    /// <param name="what">The picture and its labels; null where <see cref="DatasetManifest.Rejected"/> names it.</param>
    public void Add(string? what)
    {
        Count++;
        if (what is not null && _named.Count < Named)
        {
            _named.Add(what);
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
            provenance[ImportFindings.Listed] = listed + string.Join("; ", _named) + (Count > Named ? $"; and {Count - Named} more" : "");
        }
    }
}
