namespace SsFer.Artifacts.Storage;

/// <summary>Tells a full disk or an exhausted quota from other faults of input and output.</summary>
public static class DiskFull
{
    private const int NoSpaceUnix = 28; // ENOSPC on Linux and macOS; .NET hands the error number on as HResult
    private const int QuotaLinux = 122; // EDQUOT
    private const int QuotaMac = 69;
    private const int HandleDiskFullWindows = unchecked((int)0x80070027);
    private const int DiskFullWindows = unchecked((int)0x80070070);

    public static bool Caused(IOException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.HResult switch
        {
            NoSpaceUnix => !OperatingSystem.IsWindows(),
            QuotaLinux => OperatingSystem.IsLinux(),
            QuotaMac => OperatingSystem.IsMacOS(),
            HandleDiskFullWindows or DiskFullWindows => true,
            _ => false,
        };
    }
}
