using Microsoft.Win32.SafeHandles;

namespace SsFer.Artifacts.Storage;

/// <summary>
/// The local folder for what was fetched from the store or decoded from it, and how large it may grow: before a file comes, those
/// least recently opened go. A file that is open, here or in another process of this machine, is passed over: to delete it would
/// free nothing. Whoever finds a file gone makes it again, so all of the folder may be deleted at any time. Files of other names
/// than the cache's own are never touched.
/// </summary>
/// <param name="folder">Made when the first file comes.</param>
/// <param name="bytes">Bound of all files together; exceeded only by files that are in use.</param>
/// <param name="time">Tells which file was used last.</param>
public sealed class CacheSpace(string folder, long bytes = CacheSpace.DefaultBytes, TimeProvider? time = null)
{
    /// <summary>50 GiB.</summary>
    public const long DefaultBytes = 50L << 30;

    private const string DecodedFolder = "decoded";
    private const string DecodedSuffix = ".faces";
    private const string PartialSuffix = ".partial";
    private const string MarkSuffix = ".proven";
    private const int HashDigits = 64;

    /// <summary>A file is locked from its beginning on; this only spares one in the moment between its creation and its lock.</summary>
    private static readonly TimeSpan OrphanAge = TimeSpan.FromHours(1);

    /// <summary>As it was given.</summary>
    public string Folder { get; } = folder;

    /// <summary>Bound of all files together.</summary>
    public long Bytes { get; } = bytes;

    internal TimeProvider Time { get; } = time ?? TimeProvider.System;

    /// <summary>A path alone: the cache there, with the default bound.</summary>
    public static implicit operator CacheSpace(string folder) => new(folder);

    /// <summary>Where a fetched part of a dataset has its place.</summary>
    public string ShardFile(string sha256) => Path.Combine(Path.GetFullPath(Folder), sha256);

    /// <summary>Where a file of decoded faces has its place.</summary>
    /// <param name="name">Without extension.</param>
    public string DecodedFile(string name) => Path.Combine(Path.GetFullPath(Folder), DecodedFolder, name + DecodedSuffix);

    /// <summary>A name beside a file of decoded faces, for one that is being written: swept when its writer is gone.</summary>
    public static string PartialOf(string decodedFile) => $"{decodedFile}.{Path.GetRandomFileName()}{PartialSuffix}";

    /// <summary>Opens a file of the cache for reads at any place, and notes that it was used; null where it is gone, or going.</summary>
    public SafeFileHandle? TryOpen(string file)
    {
        try
        {
            var handle = File.OpenHandle(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                FileOptions.RandomAccess
            );
            Touch(handle);
            return handle;
        }
        catch (IOException)
        {
            return null; // a reader that comes while another process deletes the file is refused as well
        }
    }

    /// <summary>Notes that an open file of the cache was used just now.</summary>
    public void Touch(SafeFileHandle file)
    {
        try
        {
            // Set explicitly: file systems differ in whether a read does it. The time of change stays as it is, since marks rely on it.
            File.SetLastAccessTimeUtc(file, Time.GetUtcNow().UtcDateTime);
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's file, or a system that asks for write access: what the system itself notes must suffice.
        }
    }

    /// <summary>
    /// Sweeps what killed processes left half written, then deletes files until <paramref name="coming"/> bytes more keep the bound,
    /// or none is left that may go.
    /// </summary>
    public void MakeRoom(long coming)
    {
        SweepOrphans();
        var files = Files().Select(file => (file.FullName, file.Length, file.LastAccessTimeUtc)).ToList();
        var excess = files.Sum(file => file.Length) + coming - Bytes;
        foreach (
            var file in files
                .OrderBy(file => file.LastAccessTimeUtc)
                .ThenBy(file => file.FullName, StringComparer.Ordinal)
                .TakeWhile(_ => excess > 0)
        )
        {
            excess -= TryDelete(file.FullName) ? file.Length : 0;
        }
    }

    internal string MarkFile(string sha256) => ShardFile(sha256) + MarkSuffix;

    private void SweepOrphans()
    {
        var youngest = Time.GetUtcNow().UtcDateTime - OrphanAge;
        foreach (var orphan in In(DecodedFolder, "*" + PartialSuffix).Where(file => file.LastWriteTimeUtc < youngest))
        {
            TryDelete(orphan.FullName);
        }
    }

    private IEnumerable<FileInfo> Files() =>
        In("", "*").Where(file => IsShardOrMark(file.Name)).Concat(In(DecodedFolder, "*" + DecodedSuffix));

    /// <summary>The files there are; one that another process deletes while they are listed is left out.</summary>
    private IEnumerable<FileInfo> In(string subfolder, string pattern)
    {
        var directory = new DirectoryInfo(Path.Combine(Path.GetFullPath(Folder), subfolder));
        return directory.Exists ? directory.EnumerateFiles(pattern).Where(file => file.Exists) : [];
    }

    private static bool IsShardOrMark(string name)
    {
        var hash = name.EndsWith(MarkSuffix, StringComparison.Ordinal) ? name[..^MarkSuffix.Length] : name;
        return hash.Length == HashDigits && hash.All(char.IsAsciiHexDigitLower);
    }

    /// <summary>
    /// False where the file is in use: every handle on it, of any process, stands against one that shares nothing, on Unix by an
    /// advisory lock.
    /// </summary>
    private static bool TryDelete(string file)
    {
        try
        {
            File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            File.Delete(file); // who opened it in between keeps reading what it opened
            return true;
        }
        catch (FileNotFoundException)
        {
            return true; // another process was faster
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
