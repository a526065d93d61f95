using TorchSharp;
using static TorchSharp.torch;

namespace SsFer.Learning.Tensors;

/// <summary>
/// Arrays of the host on their way to the device. A GPU fetches them from page-locked memory while the host goes on: from ordinary memory the
/// copy would first wait for everything the device has still to do.
/// </summary>
internal static class DeviceTransfer
{
    public static Tensor ToDevice(float[] values, long[] shape, Device device) => ToDevice(tensor(values, shape), device);

    public static Tensor ToDevice(long[] values, long[] shape, Device device) => ToDevice(tensor(values, shape), device);

    public static Tensor ToDevice(int[] values, long[] shape, Device device) => ToDevice(tensor(values, shape), device);

    private static Tensor ToDevice(Tensor host, Device device)
    {
        if (device.type == DeviceType.CPU)
            return host;
        using (host)
        using (var locked = host.pin_memory()) // its memory is kept until the copy is done, then used again
            return locked.to(device, non_blocking: true);
    }
}
