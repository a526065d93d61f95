using System.Globalization;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>
/// Where and how the tensors are computed. Chosen once at start and stored with every checkpoint: a byte-equal resume needs the same.
/// </summary>
public sealed record ComputeTarget(Device Device, ScalarType Type, int Threads)
{
    /// <summary>
    /// Resolves <c>auto</c>: CUDA where there is a device, bf16 where the processor has it, all cores; and sets the thread count.
    /// </summary>
    /// <param name="device">auto, cpu, cuda or cuda:n.</param>
    /// <param name="precision">Arithmetic asked for.</param>
    /// <param name="threads">Compute threads; 0 takes all cores.</param>
    /// <exception cref="ArgumentException">The device is unknown or not there.</exception>
    public static ComputeTarget Choose(string device, Precision precision, int threads)
    {
        var chosen = DeviceOf(device);
        var bf16 =
            precision == Precision.Bf16
            || (precision == Precision.Auto && (chosen.type == TorchSharp.DeviceType.CUDA || ProcessorHasBf16()));
        var count = threads > 0 ? threads : Environment.ProcessorCount;
        set_num_threads(count);
        if (chosen.type == TorchSharp.DeviceType.CUDA)
        {
            backends.cuda.matmul.allow_tf32 = true; // ten bits of mantissa, eight times the rate; said where the choices are printed
        }

        return new ComputeTarget(chosen, bf16 ? ScalarType.BFloat16 : ScalarType.Float32, count);
    }

    /// <summary>
    /// What must be equal for a resume to give the same bytes; on CUDA, where nothing promises them, what is computed in what
    /// arithmetic.
    /// </summary>
    public string Fingerprint =>
        Device.type == TorchSharp.DeviceType.CUDA
            ? $"cuda/{Arithmetic}/libtorch {__version__}"
            : $"{Device.type.ToString().ToLowerInvariant()}/{Arithmetic}/{Threads} threads/{InstructionSet()}/libtorch {__version__}";

    private string Arithmetic => Type == ScalarType.BFloat16 ? "bf16" : "fp32";

    public override string ToString() =>
        $"{Device}, {Arithmetic}{(Device.type == TorchSharp.DeviceType.CUDA && Type != ScalarType.BFloat16 ? " (TF32)" : "")}, "
        + $"{Threads} threads";

    /// <summary>The device of this name; <c>auto</c> is CUDA where there is any.</summary>
    /// <exception cref="ArgumentException">The device is unknown or not there.</exception>
    public static Device DeviceOf(string name)
    {
        if (name is "auto")
        {
            return cuda_is_available() ? CUDA : CPU;
        }

        if (name is "cpu")
        {
            return CPU;
        }

        ArgumentNullException.ThrowIfNull(name);
        var parts = name.Split(':');
        if (parts[0] != "cuda" || parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], out _)))
        {
            throw new ArgumentException($"unknown device '{name}': use auto, cpu, cuda or cuda:n");
        }

        if (!cuda_is_available())
        {
            throw new ArgumentException(
                $"device '{name}' was asked for, but this build or machine has no CUDA: build with -p:Accelerator=cuda, or use --device cpu"
            );
        }

        if (
            parts.Length == 2
            && int.Parse(parts[1], CultureInfo.InvariantCulture) is var index
            && (index < 0 || index >= cuda.device_count())
        )
        {
            throw new ArgumentException($"device '{name}' was asked for, but there are {cuda.device_count()} CUDA devices, counted from 0");
        }

        return new Device(name);
    }

    private static string InstructionSet()
    {
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
        {
            return ProcessorHasBf16() ? "avx512-bf16" : "avx512";
        }

        return System.Runtime.Intrinsics.X86.Avx2.IsSupported
            ? "avx2"
            : System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>
    /// Without hardware support bf16 is emulated and slower than fp32. .NET has no name for the flag, so the kernel is asked.
    /// </summary>
    private static bool ProcessorHasBf16()
    {
        const string CpuInfo = "/proc/cpuinfo";
        return File.Exists(CpuInfo)
            && File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) is { } flags
            && (flags.Contains(" avx512_bf16", StringComparison.Ordinal) || flags.Contains(" amx_bf16", StringComparison.Ordinal));
    }
}
