using System.Runtime.InteropServices;

namespace SsFer.Inference;

/// <summary>
/// The C library's heap, from which decoders and ONNX Runtime take their memory. By itself glibc keeps an arena for each of many
/// threads and the freed parts of all of them: under load a process held several times what it used.
/// </summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1,
        MmapThreshold = -3,
        ArenaMax = -8; // malloc.h

    private const int Arenas = 2;

    /// <summary>
    /// Pieces of photographs are smaller: were each got from the system and given back, a photograph of 12 megapixels would take 50
    /// instead of 27 ms, most of it for pages that are cleared once more.
    /// </summary>
    private const int LargeBytes = 8 << 20;

    private const int MostFreeBytes = 32 << 20; // at the end of an arena

    /// <summary>
    /// Few arenas, and large pieces go back to the system when they are freed. For a process that answers requests: training
    /// allocates the same large pieces over and over and is faster without. Does nothing where the C library is another one.
    /// </summary>
    public static void GiveBackWhatIsFreed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(ArenaMax, Arenas);
            _ = SetOption(MmapThreshold, LargeBytes);
            _ = SetOption(TrimThreshold, MostFreeBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // musl gives back by itself
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
