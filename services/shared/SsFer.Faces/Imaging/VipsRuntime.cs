using NetVips;

namespace SsFer.Faces.Imaging;

/// <summary>
/// libvips as SsFer wants it, set once per process: callers bring the parallelism, nothing is cached, and only loaders fit for
/// untrusted files run.
/// </summary>
internal static class VipsRuntime
{
    private static readonly Lazy<bool> Started = new(Configure);

    /// <exception cref="InvalidOperationException">The native library does not load.</exception>
    public static void Start() => _ = Started.Value;

    private static bool Configure()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new InvalidOperationException(
                "the image library (libvips) does not load: is the NetVips.Native package for this platform there?",
                ModuleInitializer.Exception
            );
        }

        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // What libvips would print about a damaged file comes as an exception; standard error belongs to the program.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { });
        // Everything is blocked, then the five formats are let in: a format that a later libvips brings stays out.
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in (string[])["Png", "Jpeg", "Webp", "Nsgif", "Tiff"])
        {
            Operation.Block($"VipsForeignLoad{loader}", false);
        }

        return true;
    }
}
