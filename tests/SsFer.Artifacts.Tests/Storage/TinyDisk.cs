using System.Diagnostics;

namespace SsFer.Artifacts.Tests.Storage;

/// <summary>A file system of 1 MiB to fill up. Mounting needs root on Linux; elsewhere the test is skipped and says why.</summary>
public sealed class TinyDisk : IDisposable
{
    private readonly TemporaryFolder _folder;

    private TinyDisk(TemporaryFolder folder) => _folder = folder;

    public string Path => _folder.Path;

    public static TinyDisk MountOrSkip()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux to mount a small file system");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to mount a small file system");
        var folder = new TemporaryFolder();
        var (code, error) = Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path);
        if (code != 0)
        {
            folder.Dispose();
            Assert.Skip($"cannot mount a small file system here: {error}");
        }

        return new TinyDisk(folder);
    }

    public void MakeReadOnly()
    {
        var (code, error) = Run("mount", "-o", "remount,ro", Path);
        Assert.SkipUnless(code == 0, $"cannot make a file system read-only here: {error}");
    }

    public void Dispose()
    {
        var (code, error) = Run("umount", _folder.Path);
        if (code != 0)
        {
            throw new InvalidOperationException($"cannot unmount {_folder.Path}: {error}");
        }

        _folder.Dispose();
    }

    private static (int Code, string Error) Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
