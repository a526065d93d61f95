using SsFer.Importing.Pictures;

namespace SsFer.Importing.Tables;

/// <summary>The file of a row, or why it has none.</summary>
/// <param name="File">The one file that the row means.</param>
/// <param name="Fault">Why there is none.</param>
/// <param name="IsMissing">Whether no file fits the path; else several do.</param>
internal sealed record RowMatch(SourceFile? File, string? Fault = null, bool IsMissing = false)
{
    /// <summary>The files that the row may mean, where it is not sure which.</summary>
    public IEnumerable<SourceFile> Candidates { get; init; } = [];
}

/// <summary>
/// Brings the paths of a table and the files together, over all rows: where some paths name the folder or archive that was given,
/// those that name another one do not mean its files. Where none does, the pictures were moved, and one path may claim a file but
/// not two.
/// </summary>
internal sealed class RowMatcher(FileIndex files)
{
    private const int Shown = 3;
    private readonly SortedSet<string> _moved = new(StringComparer.Ordinal);

    /// <returns>In the order of the rows.</returns>
    public IReadOnlyList<RowMatch> Match(IReadOnlyList<(int Line, string Path)> rows)
    {
        var found = rows.Select(row => files.Match(row.Path)).ToList();
        var named = found.SelectMany(matches => matches.Where(match => match.NamesItsPlace)).Select(match => match.File.Source).ToHashSet();
        var claims = new Dictionary<SourceFile, (int Line, string Path)>();
        var contested = new Dictionary<SourceFile, (int Line, string Path)>();
        foreach (var (row, matches) in rows.Zip(found))
        {
            foreach (var match in matches.Where(match => match.Elsewhere && !named.Contains(match.File.Source)))
            {
                if (!claims.TryAdd(match.File, row) && !SamePath(claims[match.File].Path, row.Path))
                {
                    contested.TryAdd(match.File, row);
                }
            }
        }

        return [.. rows.Zip(found, Settle)];

        RowMatch Settle((int Line, string Path) row, IReadOnlyList<FileMatch> matches)
        {
            var left = matches.Where(match => !match.Elsewhere || !named.Contains(match.File.Source)).ToList();
            if (left.Count == 0)
            {
                return new RowMatch(
                    null,
                    matches.Count == 0
                        ? $"there is no file '{row.Path}'"
                        : $"there is no file '{row.Path}': {matches[0].File.Description} is another one, by its path",
                    IsMissing: true
                );
            }

            if (left.Count > 1)
            {
                return new RowMatch(null, $"'{row.Path}' may be {left[0].File.Description} or {left[1].File.Description}")
                {
                    Candidates = left.Select(match => match.File),
                };
            }

            var file = left[0].File;
            if (left[0].Elsewhere && contested.TryGetValue(file, out var rival))
            {
                var other = SamePath(rival.Path, row.Path) ? claims[file] : rival;
                return new RowMatch(
                    null,
                    $"{file.Description} may be '{row.Path}' or '{other.Path}' (line {other.Line}): give the folder that holds both"
                )
                {
                    Candidates = [file],
                };
            }

            if (left[0].Elsewhere)
            {
                _moved.Add(string.Join('/', PathParts.Of(row.Path).SkipLast(PathParts.Of(file.Entry.Name).Length)));
            }

            return new RowMatch(file);
        }
    }

    /// <summary>Adds which folders of the table were taken for others, if any.</summary>
    public void AddTo(Dictionary<string, string> provenance)
    {
        if (_moved.Count > 0)
        {
            provenance[ImportFindings.Relocated] =
                string.Join(", ", _moved.Take(Shown).Select(folder => $"'{folder}/'"))
                + (_moved.Count > Shown ? $" and {_moved.Count - Shown} more folders" : "");
        }
    }

    private static bool SamePath(string one, string other) => PathParts.Of(one).SequenceEqual(PathParts.Of(other));
}
