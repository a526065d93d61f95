namespace SsFer.Importing.Pictures;

/// <summary>
/// Archives that are not read: those packed with gzip, as Adience and LFW are distributed, can only be read from front to back, so
/// pictures cannot be had from them in the order of their keys; others are of other kinds, or inside another archive. Whoever has one is
/// told how to unpack it.
/// </summary>
internal sealed record PackedArchive(string Kind, string Command)
{
    private const int TarMark = 257; // where a tar archive says that it is one

    private static readonly PackedArchive Gzip = new("gzip", "tar -xzf");
    private static readonly PackedArchive Rar = new("rar", "unrar x");
    private static readonly PackedArchive SevenZip = new("7z", "7z x");

    /// <summary>By the end of the name, the longer ones first.</summary>
    private static readonly (string Ending, PackedArchive Kind)[] Endings =
    [
        (".tar.gz", Gzip),
        (".tgz", Gzip),
        (".tar.bz2", new("bzip2", "tar -xjf")),
        (".tar.xz", new("xz", "tar -xJf")),
        (".tar", new("tar", "tar -xf")),
        (".gz", new("gzip", "gunzip")),
        (".rar", Rar),
        (".7z", SevenZip),
        (".zip", new("zip", "unzip")),
    ];

    /// <summary>The kind of a file that is no zip archive, by how it begins, whatever it is called; null where it is none.</summary>
    public static PackedArchive? Open(string path)
    {
        var head = new byte[TarMark + 5];
        using var file = File.OpenRead(path);
        var read = head.AsSpan(0, file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        return read switch
        {
            [0x1F, 0x8B, ..] => Gzip,
            [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => Rar,
            [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => SevenZip,
            [(byte)'B', (byte)'Z', (byte)'h', ..] or [0xFD, (byte)'7', (byte)'z', (byte)'X', ..] => new("another program", "tar -xf"),
            _ => read.Length > TarMark && read[TarMark..].StartsWith("ustar"u8) ? new("tar", "tar -xf") : null,
        };
    }

    /// <summary>The kind that a name says; null where it says none.</summary>
    public static PackedArchive? Named(string name) =>
        Array.Find(Endings, each => name.EndsWith(each.Ending, StringComparison.OrdinalIgnoreCase)).Kind;

    /// <summary>What is wrong with the archive and what to do, to stand behind its name.</summary>
    public string Cure(string path) => $"is packed with {Kind}: unpack it ({Command} {path}), then give the folder";
}
