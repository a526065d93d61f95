using System.Runtime;

namespace SsFer.Faces.Imaging;

/// <summary>Room for decoded pictures, in a heap that may be small.</summary>
internal static class PixelMemory
{
    /// <summary>Its content is whatever was there before.</summary>
    /// <param name="bytes">Of the picture.</param>
    /// <exception cref="OutOfMemoryException">Pictures that are worked on now leave no room for this one.</exception>
    public static byte[] Allocate(int bytes)
    {
        try
        {
            return GC.AllocateUninitializedArray<byte>(bytes);
        }
        catch (OutOfMemoryException)
        {
            // Room for much, but in pieces: large objects stay where they are until somebody asks.
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return GC.AllocateUninitializedArray<byte>(bytes);
        }
    }
}
