using System.Collections.Immutable;
using System.Globalization;

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

    private FerPlusVotes(IReadOnlyList<FerPlusRow> rows, int rowCount, int namelessRows, int repeatedNames) =>
        (Rows, RowCount, NamelessRows, RepeatedNames) = (rows, rowCount, namelessRows, repeatedNames);

    /// <summary>All rows that name a picture, in file order; a name standing twice stands here twice.</summary>
    public IReadOnlyList<FerPlusRow> Rows { get; }

    /// <summary>Rows of the file, those without a name included.</summary>
    public int RowCount { get; }

    /// <summary>Rows with an empty name: pictures of the original set that are blank and were taken out of it.</summary>
    public int NamelessRows { get; }

    /// <summary>Names that stand more than once, always with equal votes.</summary>
    public int RepeatedNames { get; }

    /// <exception cref="ImportException">The file is missing, its header is another one, or a row cannot be read; the message names
    /// the line.</exception>
    public static FerPlusVotes Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new ImportException($"the votes file '{path}' does not exist: give the path of fer2013new.csv with --votes");
        }

        try
        {
            using var reader = new StreamReader(path);
            return Parse(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"the votes file '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <param name="reader">The text, header first.</param>
    /// <param name="source">What error messages call it.</param>
    /// <exception cref="ImportException">As <see cref="Read"/>.</exception>
    public static FerPlusVotes Parse(TextReader reader, string source)
    {
        CheckHeader(reader.ReadLine(), source);
        var rows = new List<FerPlusRow>();
        var byName = new Dictionary<string, FerPlusRow>(StringComparer.Ordinal);
        var repeated = new HashSet<string>(StringComparer.Ordinal);
        var (line, count, nameless) = (1, 0, 0);
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            count++;
            var row = ParseRow(text, line, source);
            if (row.Image.Length == 0)
            {
                nameless++;
                continue;
            }
            rows.Add(row);
            if (byName.TryAdd(row.Image, row))
            {
                continue;
            }

            var first = byName[row.Image];
            if (first.Split != row.Split || !first.Votes.AsSpan().SequenceEqual(row.Votes.AsSpan()))
            {
                throw new ImportException(
                    $"'{source}' line {line}: '{row.Image}' stands in line {first.Line} too, with another usage or other votes: "
                        + $"remove one of the two"
                );
            }

            repeated.Add(row.Image);
        }
        return new FerPlusVotes(rows, count, nameless, repeated.Count);
    }

    private static void CheckHeader(string? text, string source)
    {
        var found = (text ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (!found.SequenceEqual(Header))
        {
            throw new ImportException(
                $"'{source}' is not a FERPlus votes file: expected the columns {string.Join(',', Header)}; found {Shorten(text)}"
            );
        }
    }

    private static FerPlusRow ParseRow(string text, int line, string source)
    {
        var cells = text.Split(',', StringSplitOptions.TrimEntries);
        if (cells.Length != Header.Length)
        {
            throw new ImportException($"'{source}' line {line}: expected {Header.Length} columns, found {cells.Length}: {Shorten(text)}");
        }

        var split = cells[0] switch
        {
            "Training" => "train",
            "PublicTest" => "validation",
            "PrivateTest" => "test",
            _ => throw new ImportException(
                $"'{source}' line {line}: unknown usage '{cells[0]}'; expected Training, PublicTest or PrivateTest"
            ),
        };
        var votes = ImmutableArray.CreateBuilder<int>(FerPlusLabels.Columns);
        for (var column = 2; column < cells.Length; column++)
        {
            // The limit keeps sums far from overflow; real rows hold ten votes.
            if (!int.TryParse(cells[column], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 10_000)
            {
                throw new ImportException(
                    $"'{source}' line {line}: '{Shorten(cells[column])}' under {Header[column]} is not a count of votes"
                );
            }

            votes.Add(count);
        }
        return new FerPlusRow(line, split, cells[1], votes.MoveToImmutable());
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
