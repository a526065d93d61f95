using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;
using SsFer.Importing.Tables;
using SsFer.Importing.Text;

namespace SsFer.Importing.FerPlus;

/// <summary>
/// One picture's votes. <paramref name="Line"/> counts from 1, the header; <paramref name="Votes"/> has ten counts, those of the classes,
/// <c>unknown</c> and <c>NF</c>.
/// </summary>
public sealed record FerPlusRow(int Line, string Split, string Image, ImmutableArray<int> Votes);

/// <summary>
/// The votes file of FERPlus (<c>fer2013new.csv</c>; Barsoum et al. 2016), or any table with its columns, in any order and beside others.
/// </summary>
public sealed partial class FerPlusVotes
{
    private const string Usage = "Usage";
    private const string ImageName = "Image name";
    private const int MostVotes = 10_000; // keeps sums far from overflow; real rows hold ten votes

    private readonly List<FerPlusRow> _rows = [];
    private readonly List<RejectedItem> _rejected = [];
    private readonly List<string> _rejectedImages = [];

    private FerPlusVotes() { }

    /// <summary>All rows that name a picture, in file order; a name standing twice stands here twice.</summary>
    public IReadOnlyList<FerPlusRow> Rows => _rows;

    /// <summary>Rows of the file, those without a name included.</summary>
    public int RowCount { get; private set; }

    /// <summary>Rows with an empty name: pictures of the original set that are blank and were taken out of it.</summary>
    public int NamelessRows { get; private set; }

    /// <summary>Rows that cannot be read, by line, each with the reason.</summary>
    public IReadOnlyList<RejectedItem> Rejected => _rejected;

    /// <summary>The pictures that the rejected rows name.</summary>
    public IReadOnlyList<string> RejectedImages => _rejectedImages;

    /// <summary>Columns of votes for no class (<c>unknown</c>, <c>NF</c>) that the table has not: nobody voted so.</summary>
    public IReadOnlyList<string> MissingColumns { get; private init; } = [];

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
            var reader = await StrictText.OpenAsync(() => Task.FromResult<Stream>(File.OpenRead(path)), path, encoding, cancellationToken);
            return Parse(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"the votes file '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <param name="reader">The text, header first; is disposed of.</param>
    /// <param name="source">What error messages call it.</param>
    /// <exception cref="ImportException">A column is missing, or not one row can be read.</exception>
    public static FerPlusVotes Parse(TextReader reader, string source)
    {
        using var table = CsvTable.Open(reader, source);
        string[] missing = [.. FerPlusLabels.NoClasses.Where(name => !table.Has(name))];
        var columns = Columns.Of(table, missing);
        var votes = new FerPlusVotes { MissingColumns = missing };
        foreach (var row in table.Rows())
        {
            votes.RowCount++;
            if (row.Fault is { } longer)
            {
                votes.Reject(source, row, longer, row[columns.Image]);
                continue;
            }

            var image = table.Name(row, columns.Image);
            var (read, fault) = columns.Read(row, image);
            if (read is null)
            {
                votes.Reject(source, row, fault!, image);
            }
            else if (image.Length == 0)
            {
                votes.NamelessRows++;
            }
            else
            {
                votes._rows.Add(read);
            }
        }

        return votes._rows.Count > 0 || votes._rejected is not [var first, ..]
            ? votes
            : throw new ImportException($"'{source}' has no row that can be read; {first.Source}: {first.Reason}");
    }

    private void Reject(string source, CsvRow row, string reason, string image)
    {
        _rejected.Add(new RejectedItem($"{Path.GetFileName(source)} line {row.Line}", reason));
        _rejectedImages.Add(image);
    }

    /// <summary>A count, also where a program wrote it with decimals.</summary>
    [GeneratedRegex(@"^(?<count>[0-9]{1,9})([.,]0*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Count();

    /// <summary>Where a table has what.</summary>
    private sealed record Columns(int Usage, int Image, IReadOnlyList<(string Name, int? Column)> Votes)
    {
        public static Columns Of(CsvTable table, IReadOnlyList<string> missing)
        {
            try
            {
                return new Columns(
                    table.Column(FerPlusVotes.Usage),
                    table.Column(ImageName),
                    [.. FerPlusLabels.Columns.Select(name => (name, missing.Contains(name) ? (int?)null : table.Column(name)))]
                );
            }
            catch (ImportException e)
            {
                throw new ImportException(
                    $"{e.Message}; a FERPlus votes file has {FerPlusVotes.Usage},{ImageName},{string.Join(',', FerPlusLabels.Columns)}",
                    e
                );
            }
        }

        public (FerPlusRow? Row, string? Fault) Read(CsvRow row, string image)
        {
            if (!SplitNames.TryParse(row[Usage], out var split))
            {
                return (null, $"unknown usage '{Shorten(row[Usage])}'; expected Training, PublicTest or PrivateTest");
            }

            var votes = ImmutableArray.CreateBuilder<int>(Votes.Count);
            foreach (var (name, column) in Votes)
            {
                var cell = column is { } known ? row[known] : "0";
                var match = FerPlusVotes.Count().Match(cell);
                if (
                    !match.Success
                    || int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) is var count && count > MostVotes
                )
                {
                    return (null, $"'{Shorten(cell)}' under {name} is not a count of votes");
                }

                votes.Add(count);
            }

            return (new FerPlusRow(row.Line, split, image, votes.MoveToImmutable()), null);
        }

        private static string Shorten(string text)
        {
            var printable = string.Concat(text.Take(200).Select(c => char.IsControl(c) ? '?' : c));
            return text.Length > 200 ? printable + "..." : printable;
        }
    }
}
