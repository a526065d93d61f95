using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Datasets;

/// <summary>
/// The local folder of one <see cref="DatasetWriter"/>, made when the first shard is begun. Those of killed writers go when the next
/// one begins its own.
/// </summary>
internal sealed class WriterScratch(DatasetWriterOptions options) : IDisposable
{
    private const string Prefix = "ssfer-dataset-";

    /// <summary>No writer takes as long over one shard: a folder in which nothing was begun since was left behind.</summary>
    private static readonly TimeSpan LeftBehindAge = TimeSpan.FromDays(2);

    private readonly string _parent = System.IO.Path.GetFullPath(options.ScratchDirectory ?? System.IO.Path.GetTempPath());

    public string Path => field ??= System.IO.Path.Combine(_parent, $"{Prefix}{Guid.NewGuid():n}");

    /// <summary>Where a file of a finished shard stands until it is stored.</summary>
    /// <param name="stored">Its path below the folder of the dataset.</param>
    public string File(string stored) => System.IO.Path.Combine(Path, System.IO.Path.GetFileName(stored));

    public void Make()
    {
        if (Directory.Exists(Path))
        {
            return;
        }

        LeftBehindFolders.Delete(_parent, Prefix, LeftBehindAge, options.Time);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            // Faces are nobody else's business
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
