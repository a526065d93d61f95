namespace SsFer.Artifacts.Storage;

/// <summary>
/// Implemented by a store whose artifacts are files of this machine, so that readers can open them in place instead of copying them to
/// a cache.
/// </summary>
public interface ILocalFiles
{
    /// <summary>The file that holds the artifact; false where nothing is stored at the path. The file must not be written to.</summary>
    bool TryGetLocalPath(string path, out string file);
}
