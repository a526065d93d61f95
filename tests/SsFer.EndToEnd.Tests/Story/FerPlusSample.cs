using System.IO.Compression;

namespace SsFer.EndToEnd.Tests.Story;

/// <summary>
/// A few hundred faces of FERPlus in the form in which their owners distribute them: two archives and the votes. As many of each of four expressions, so that
/// always answering the same is right one time in four; and only faces on which most voters agree, so that seconds of training are enough to do better.
/// </summary>
internal sealed record FerPlusSample
{
    private const int TrainingFaces = 60;
    private const int ValidationFaces = 20;
    private const int ClearVotes = 8;
    private const int FirstVote = 2;

    /// <summary>Columns of the votes.</summary>
    private static readonly string[] Classes = ["neutral", "happiness", "surprise", "sadness"];

    public required byte[] TrainingArchive { get; init; }

    public required byte[] ValidationArchive { get; init; }

    public required byte[] Votes { get; init; }

    /// <summary>Training pictures with the expression that most voters saw.</summary>
    public required IReadOnlyList<(string Image, string Expression)> Training { get; init; }

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
        return new FerPlusSample
        {
            TrainingArchive = Pack(trained),
            ValidationArchive = Pack(heldOut),
            Votes = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', [lines[0], .. trained.Concat(heldOut).Select(face => face.Line)])),
            Training = [.. trained.Select(face => (face.Entry.Name, face.Expression))],
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
            let expression = Classes.FirstOrDefault(name => int.Parse(cells[FirstVote + Array.IndexOf(Classes, name)], System.Globalization.CultureInfo.InvariantCulture) >= ClearVotes)
            where expression is not null
            select new Face(line, expression, entries[cells[1]]);
        return [.. clear.GroupBy(face => face.Expression).SelectMany(faces => faces.Take(each))];
    }

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
