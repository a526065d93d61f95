using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Learning.Tensors;

/// <summary>
/// Arrays of the host on their way to the device. A GPU fetches them from page-locked memory while the host goes on: from ordinary
/// memory the copy would first wait for everything the device has still to do.
/// </summary>
internal static class DeviceTransfer
{
    /// <summary>On the CPU the tensor is the array: nobody may write to it any more.</summary>
    public static Tensor ToDevice(float[] values, long[] shape, Device device) => ToDevice(as_tensor(values), shape, device);

    /// <inheritdoc cref="ToDevice(float[], long[], Device)"/>
    public static Tensor ToDevice(long[] values, long[] shape, Device device) => ToDevice(as_tensor(values), shape, device);

    /// <inheritdoc cref="ToDevice(float[], long[], Device)"/>
    public static Tensor ToDevice(int[] values, long[] shape, Device device) => ToDevice(as_tensor(values), shape, device);

    private static Tensor ToDevice(Tensor host, long[] shape, Device device)
    {
        using (host)
        {
            if (device.type == DeviceType.CPU)
            {
                return host.view(shape);
            }

            using var locked = host.pin_memory(); // its memory is kept until the copy is done, then used again
            using var moved = locked.to(device, non_blocking: true);
            return moved.view(shape);
        }
    }
}
