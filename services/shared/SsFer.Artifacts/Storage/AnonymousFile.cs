namespace SsFer.Artifacts.Storage;

/// <summary>
/// Temporary files that nothing can leave behind: the system frees them with their last handle, also that of a process that is killed.
/// </summary>
public static class AnonymousFile
{
    private const int Buffer = 128 * 1024;

    /// <summary>An empty file to write to and read back.</summary>
    /// <param name="folder">On the file system that has room for it; made where it is missing. The system's folder for temporary files
    /// unless told.</param>
    public static FileStream Create(string? folder = null)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder ?? Path.GetTempPath()).FullName, Path.GetRandomFileName());
        // Windows deletes on close whoever closes it. Elsewhere the runtime would, and a kill spares it the trouble: there the name
        // goes at once.
        var options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, Buffer, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }
}
