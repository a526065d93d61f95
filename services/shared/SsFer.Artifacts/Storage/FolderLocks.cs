using System.Security.Cryptography;
using System.Text;

namespace SsFer.Artifacts.Storage;

/// <summary>
/// Locks between processes: a file opened for nobody else. Paths share 256 lock files by hash, so that a store that lives for years
/// keeps at most 256 of them; none is ever deleted, since a deleted one could be held by one process and made anew by another.
/// </summary>
internal sealed class FolderLocks(string folder)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(16);

    /// <summary>Waits until the path is free; the holder keeps it only for a check and a rename.</summary>
    public async Task<IDisposable> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var stripe = SHA256.HashData(Encoding.UTF8.GetBytes(path))[0];
        var file = Path.Combine(folder, stripe.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = pause < LongestPause ? 2 * pause : pause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException fault) when (IsHeldElsewhere(fault))
            {
                await Task.Delay(pause, cancellationToken);
            }
        }
    }

    private static bool IsHeldElsewhere(IOException fault) =>
        fault.HResult switch
        {
            11 => OperatingSystem.IsLinux(), // EWOULDBLOCK
            35 => OperatingSystem.IsMacOS(), // EWOULDBLOCK
            unchecked((int)0x80070020) => OperatingSystem.IsWindows(), // ERROR_SHARING_VIOLATION
            _ => false,
        };
}
