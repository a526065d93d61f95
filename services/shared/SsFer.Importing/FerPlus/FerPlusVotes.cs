using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SsFer.Artifacts.Datasets;
using SsFer.Importing.Text;

namespace SsFer.Importing.FerPlus;

/// <summary>
/// One picture's votes. <paramref name="Line"/> counts from 1, the header; <paramref name="Votes"/> has ten counts, in column order.
/// </summary>
public sealed record FerPlusRow(int Line, string Split, string Image, ImmutableArray<int> Votes);

/// <summary>The votes file of FERPlus (<c>fer2013new.csv</c>; Barsoum et al. 2016).</summary>
public sealed class FerPlusVotes
{
    private static readonly string[] Header =
    [
        "Usage",
        "Image name",
        "neutral",
        "happiness",
        "surprise",
        "sadness",
        "anger",
        "disgust",
        "fear",
        "contempt",
        "unknown",
        "NF",
    ];

    private FerPlusVotes(IReadOnlyList<FerPlusRow> rows, int rowCount, int namelessRows, IReadOnlyList<RejectedItem> rejected) =>
        (Rows, RowCount, NamelessRows, Rejected) = (rows, rowCount, namelessRows, rejected);

    /// <summary>All rows that name a picture, in file order; a name standing twice stands here twice.</summary>
    public IReadOnlyList<FerPlusRow> Rows { get; }

    /// <summary>Rows of the file, those without a name included.</summary>
    public int RowCount { get; }

    /// <summary>Rows with an empty name: pictures of the original set that are blank and were taken out of it.</summary>
    public int NamelessRows { get; }

    /// <summary>Rows that cannot be read, by line, each with the reason.</summary>
    public IReadOnlyList<RejectedItem> Rejected { get; }

    /// <exception cref="ImportException">The file is missing.</exception>
    public static void Require(string path)
    {
        if (!File.Exists(path))
        {
            throw new ImportException($"the votes file '{path}' does not exist: give the path of fer2013new.csv with --votes");
        }
    }

    /// <param name="path">Of the file.</param>
    /// <param name="encoding">Of the file where it does not say it; null means UTF-8.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ImportException">The file is missing, cannot be read, or is not a votes file.</exception>
    public static async Task<FerPlusVotes> ReadAsync(string path, Encoding? encoding, CancellationToken cancellationToken)
    {
        Require(path);
        try
        {
            using var reader = await StrictText.OpenAsync(
                () => Task.FromResult<Stream>(File.OpenRead(path)),
                path,
                encoding,
                cancellationToken
            );
            return Parse(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"the votes file '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <param name="reader">The text, header first.</param>
    /// <param name="source">What error messages call it.</param>
    /// <exception cref="ImportException">The header is another one, or not one row can be read.</exception>
    public static FerPlusVotes Parse(TextReader reader, string source)
    {
        CheckHeader(reader.ReadLine(), source);
        var (rows, rejected) = (new List<FerPlusRow>(), new List<RejectedItem>());
        var (line, count, nameless) = (1, 0, 0);
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            count++;
            var (row, fault) = ParseRow(text, line);
            if (row is null)
            {
                rejected.Add(new RejectedItem($"{Path.GetFileName(source)} line {line}", fault!));
            }
            else if (row.Image.Length == 0)
            {
                nameless++;
            }
            else
            {
                rows.Add(row);
            }
        }

        return rows.Count > 0 || rejected.Count == 0
            ? new FerPlusVotes(rows, count, nameless, rejected)
            : throw new ImportException($"'{source}' has no row that can be read; {rejected[0].Source}: {rejected[0].Reason}");
    }

    private static void CheckHeader(string? text, string source)
    {
        var found = (text ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (!found.SequenceEqual(Header, StringComparer.OrdinalIgnoreCase))
        {
            throw new ImportException(
                $"'{source}' is not a FERPlus votes file: expected the columns {string.Join(',', Header)}; found {Shorten(text)}"
            );
        }
    }

    private static (FerPlusRow? Row, string? Fault) ParseRow(string text, int line)
    {
        var cells = text.Split(',', StringSplitOptions.TrimEntries);
        if (cells.Length != Header.Length)
        {
            return (null, $"expected {Header.Length} columns, found {cells.Length}: {Shorten(text)}");
        }

        if (cells[0] is not ("Training" or "PublicTest" or "PrivateTest") || !SplitNames.TryParse(cells[0], out var split))
        {
            return (null, $"unknown usage '{Shorten(cells[0])}'; expected Training, PublicTest or PrivateTest");
        }

        var votes = ImmutableArray.CreateBuilder<int>(FerPlusLabels.Columns);
        for (var column = 2; column < cells.Length; column++)
        {
            // The limit keeps sums far from overflow; real rows hold ten votes.
            if (!int.TryParse(cells[column], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 10_000)
            {
                return (null, $"'{Shorten(cells[column])}' under {Header[column]} is not a count of votes");
            }

            votes.Add(count);
        }

        return (new FerPlusRow(line, split, cells[1], votes.MoveToImmutable()), null);
    }

    private static string Shorten(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "nothing";
        }

        var printable = string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > 200 ? printable + "..." : printable;
    }
}
