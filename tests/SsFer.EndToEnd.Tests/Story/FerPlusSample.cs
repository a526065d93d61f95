using System.IO.Compression;

namespace SsFer.EndToEnd.Tests.Story;

/// <summary>
/// A few hundred faces of FERPlus in the form in which their owners distribute them: two archives and the votes. As many of each of
/// three expressions, so that always answering the same is right one time in three; and only faces on which most voters agree, so
/// that seconds of training are enough to do better. Most of the training faces of one expression come with a wrong label, which is
/// put right later.
/// </summary>
internal sealed record FerPlusSample
{
    private const int TrainingFaces = 150;
    private const int ValidationFaces = 40;
    private const int ClearVotes = 8;

    private const int Mistakes = 90;
    private const int FirstVote = 2;

    /// <summary>The first columns of the votes.</summary>
    private static readonly string[] Columns = ["neutral", "happiness", "surprise", "sadness"];

    private static readonly string[] Classes = ["happiness", "surprise", "sadness"];

    /// <summary>What the faces with a wrong label show.</summary>
    public const string Shown = "happiness";

    /// <summary>What they are called.</summary>
    public const string Mistake = "surprise";

    /// <summary>All faces of it.</summary>
    public const int Faces = 3 * (TrainingFaces + ValidationFaces);

    public required byte[] TrainingArchive { get; init; }

    public required byte[] ValidationArchive { get; init; }

    public required byte[] Votes { get; init; }

    /// <summary>The training pictures that show <see cref="Shown"/>, as most voters saw, and are called <see cref="Mistake"/>.</summary>
    public required IReadOnlyList<string> Mistaken { get; init; }

    /// <summary>Some of the validation pictures, encoded.</summary>
    public required IReadOnlyList<byte[]> Pictures { get; init; }

    /// <param name="data">Folder with <c>ferplus/</c>.</param>
    public static FerPlusSample Read(string data)
    {
        var folder = Path.Combine(data, "ferplus");
        var lines = File.ReadLines(Path.Combine(folder, "fer2013new.csv")).ToList();
        using var training = ZipFile.OpenRead(Path.Combine(folder, "FER2013Train.zip"));
        using var validation = ZipFile.OpenRead(Path.Combine(folder, "FER2013Valid.zip"));
        var trained = Choose(lines, "Training", training, TrainingFaces);
        var heldOut = Choose(lines, "PublicTest", validation, ValidationFaces);
        var mistaken = trained.Where(face => face.Expression == Shown).Take(Mistakes).ToHashSet();
        return new FerPlusSample
        {
            TrainingArchive = Pack(trained),
            ValidationArchive = Pack(heldOut),
            Votes = System.Text.Encoding.UTF8.GetBytes(
                string.Join(
                    '\n',
                    [lines[0], .. trained.Concat(heldOut).Select(face => mistaken.Contains(face) ? MistakenLine(face) : face.Line)]
                )
            ),
            Mistaken = [.. mistaken.Select(face => face.Entry.Name)],
            Pictures = [.. heldOut.Take(8).Select(face => Bytes(face.Entry))],
        };
    }

    private static List<Face> Choose(IEnumerable<string> lines, string usage, ZipArchive archive, int each)
    {
        var entries = archive.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var clear =
            from line in lines
            let cells = line.Split(',')
            where cells[0] == usage && entries.ContainsKey(cells[1])
            let expression = Classes.FirstOrDefault(name =>
                int.Parse(cells[ColumnOf(name)], System.Globalization.CultureInfo.InvariantCulture) >= ClearVotes
            )
            where expression is not null
            select new Face(line, expression, entries[cells[1]]);
        return [.. clear.GroupBy(face => face.Expression).SelectMany(faces => faces.Take(each))];
    }

    /// <summary>The face's votes, with those for what it shows and those for the mistake in each other's place.</summary>
    private static string MistakenLine(Face face)
    {
        var cells = face.Line.Split(',');
        var (shown, mistake) = (ColumnOf(Shown), ColumnOf(Mistake));
        (cells[shown], cells[mistake]) = (cells[mistake], cells[shown]);
        return string.Join(',', cells);
    }

    private static int ColumnOf(string expression) => FirstVote + Array.IndexOf(Columns, expression);

    private static byte[] Pack(IEnumerable<Face> faces)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var face in faces)
            {
                using var entry = archive.CreateEntry(face.Entry.FullName, CompressionLevel.NoCompression).Open();
                entry.Write(Bytes(face.Entry));
            }
        }

        return packed.ToArray();
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private sealed record Face(string Line, string Expression, ZipArchiveEntry Entry);
}
