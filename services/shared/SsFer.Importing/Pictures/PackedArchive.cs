namespace SsFer.Importing.Pictures;

/// <summary>
/// Archives packed with gzip, as Adience and LFW are distributed. They can only be read from front to back, so pictures cannot be
/// had from them in the order of their keys: whoever has one is told how to unpack it.
/// </summary>
internal static class PackedArchive
{
    /// <summary>Whether the file begins as gzip does, whatever it is called.</summary>
    public static bool Is(string path)
    {
        Span<byte> first = stackalloc byte[2];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first is [0x1F, 0x8B];
    }

    public static bool IsNamedSo(string name) =>
        name.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is wrong with the archive and what to do, to stand behind its name.</summary>
    public static string Cure(string path) => $"is packed with gzip: unpack it (tar -xzf {path}), then give the folder";
}
