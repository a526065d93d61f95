using NetVips;

namespace SsFer.Faces.Imaging;

/// <summary>
/// libvips as SsFer wants it, set once per process: callers bring the parallelism, nothing is cached, and only loaders fit for
/// untrusted files run.
/// </summary>
internal static class VipsRuntime
{
    private const int FewPixels = 256 * 256;

    private static readonly Lazy<bool> Started = new(Configure);
    private static readonly Lock OneAtATime = new();

    /// <exception cref="InvalidOperationException">The native library does not load.</exception>
    public static void Start() => _ = Started.Value;

    /// <summary>
    /// To be held while libvips works on a picture. What it does for a small one is mostly under locks of its own, some hundred times
    /// each: two threads take twice as long together as one after the other.
    /// </summary>
    public static Lock.Scope Turn(int width, int height) => (long)width * height <= FewPixels ? OneAtATime.EnterScope() : default;

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
