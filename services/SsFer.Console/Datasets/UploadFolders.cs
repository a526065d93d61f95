using Microsoft.Extensions.Options;
using SsFer.Artifacts.Storage;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>Folders on the local disk for uploads that wait to be imported: a few at a time, each gone when its upload is.</summary>
internal sealed class UploadFolders(IOptions<ConsoleOptions> options, TimeProvider time) : IDisposable
{
    private const string Prefix = "ssfer-upload-";

    /// <summary>No upload takes as long: what is older was left behind by a process that died.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(2);

    private readonly SemaphoreSlim _places = new(options.Value.MaxUploads);

    /// <exception cref="RequestRefusedException">As many uploads as there may be are under way.</exception>
    public UploadFolder Open()
    {
        if (!_places.Wait(TimeSpan.Zero))
        {
            throw RequestRefusedException.Busy($"{options.Value.MaxUploads} uploads are under way: send this one again when they are done");
        }

        try
        {
            LeftBehindFolders.Delete(Path.GetTempPath(), Prefix, LongestUpload, time);
            return new UploadFolder(Directory.CreateTempSubdirectory(Prefix).FullName, _places);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    public void Dispose() => _places.Dispose();
}

/// <summary>The folder of one upload; disposing it deletes it and makes room for another.</summary>
internal sealed class UploadFolder(string path, SemaphoreSlim place) : IDisposable
{
    public string Path { get; } = path;

    public string Archives { get; } = System.IO.Path.Combine(path, "archives");

    public string Tables { get; } = System.IO.Path.Combine(path, "tables");

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        finally
        {
            place.Release();
        }
    }
}
