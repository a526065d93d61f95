using Microsoft.Win32.SafeHandles;

namespace SsFer.Artifacts.Storage;

/// <summary>
/// The folder for half-written artifacts. Each vanishes when its write fails; those of killed processes after a day, when the next
/// process writes.
/// </summary>
internal sealed class FolderScratch(string folder, TimeProvider time)
{
    private static readonly TimeSpan LeftOverAge = TimeSpan.FromDays(1);
    private int _swept;

    public TemporaryFile Create()
    {
        Directory.CreateDirectory(folder);
        if (Interlocked.Exchange(ref _swept, 1) == 0)
        {
            SweepLeftOvers();
        }

        return new TemporaryFile(Path.Combine(folder, Guid.NewGuid().ToString("n")));
    }

    private void SweepLeftOvers()
    {
        var oldest = time.GetUtcNow() - LeftOverAge;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (File.GetLastWriteTimeUtc(file) < oldest)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Deleted on dispose unless it was moved into place.</summary>
    internal sealed class TemporaryFile(string file) : IDisposable
    {
        // No buffer: one that is still full after a failed write would fail a second time on dispose.
        public FileStream OpenWrite() =>
            new(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

        /// <summary>
        /// What was written; the handle stays good when the file is moved into place, and when that is replaced or deleted.
        /// </summary>
        public SafeFileHandle OpenRead() =>
            File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);

        public void MoveTo(string target)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(file, target, overwrite: true);
        }

        public void Dispose() => File.Delete(file);
    }
}
