namespace SsFer.Artifacts.Datasets;

/// <summary>The local folder of one <see cref="DatasetWriter"/>, made when the first shard is begun. Those of killed writers go when the next one begins its own.</summary>
internal sealed class WriterScratch(DatasetWriterOptions options) : IDisposable
{
    private const string Prefix = "ssfer-dataset-";

    /// <summary>No writer takes as long over one shard: a folder in which nothing was begun since was left behind.</summary>
    private static readonly TimeSpan LeftBehindAge = TimeSpan.FromDays(2);

    private readonly string _parent = System.IO.Path.GetFullPath(options.ScratchDirectory ?? System.IO.Path.GetTempPath());

    public string Path => field ??= System.IO.Path.Combine(_parent, $"{Prefix}{Guid.NewGuid():n}");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Make()
    {
        if (Directory.Exists(Path))
        {
            return;
        }

        Directory.CreateDirectory(Path);
        DeleteLeftBehind();
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private void DeleteLeftBehind()
    {
        foreach (var folder in new DirectoryInfo(_parent).EnumerateDirectories($"{Prefix}*"))
        {
            if (options.Time.GetUtcNow() - folder.LastWriteTimeUtc <= LeftBehindAge || folder.FullName == Path)
            {
                continue;
            }

            try
            {
                folder.Delete(recursive: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Another process is deleting it, or it is another user's.
            }
        }
    }
}
