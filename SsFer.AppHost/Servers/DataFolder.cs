namespace SsFer.AppHost.Servers;

/// <summary>
/// What the system keeps on this machine between starts: <c>Servers:Data</c>, by default <c>ssfer/system</c> where the system keeps
/// the user's application data. Held by one app host at a time: two brokers or blob services over the same files would ruin them.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _held;

    private DataFolder(FileStream held) => _held = held;

    /// <summary>A folder below.</summary>
    public static string Of(IDistributedApplicationBuilder builder, string name) => Path.Combine(RootOf(builder), name);

    /// <exception cref="IOException">Another app host holds it, or it cannot be written.</exception>
    public static DataFolder Hold(IDistributedApplicationBuilder builder)
    {
        var folder = Directory.CreateDirectory(RootOf(builder)).FullName;
        try
        {
            return new DataFolder(
                new FileStream(Path.Combine(folder, ".held"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (IOException fault) when (fault is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException($"another app host uses {folder}: stop it, or name another folder (Servers:Data)", fault);
        }
    }

    public void Dispose() => _held.Dispose();

    private static string RootOf(IDistributedApplicationBuilder builder) =>
        Path.GetFullPath(
            builder.Configuration["Servers:Data"] is { Length: > 0 } named
                ? named
                : Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                    "ssfer",
                    "system"
                ),
            builder.AppHostDirectory
        );
}
