using System.Globalization;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>
/// Where and how the tensors are computed. Chosen once at start and stored with every checkpoint: a byte-equal resume needs the same.
/// </summary>
public sealed record ComputeTarget(Device Device, ScalarType Type, int Threads)
{
    private const string ThreadsUnit = " threads";

    /// <summary>Why <c>auto</c> came to this arithmetic; null where it was asked for, or there was no choice.</summary>
    public string? Reason { get; init; }

    /// <summary>Resolves <c>auto</c>: CUDA where there is a device, the faster arithmetic, all cores; and sets the thread count.</summary>
    /// <param name="device">auto, cpu, cuda or cuda:n.</param>
    /// <param name="precision">Arithmetic asked for.</param>
    /// <param name="threads">Compute threads; 0 takes all cores.</param>
    /// <param name="auto">What <see cref="Precision.Auto"/> goes by; null measures for a model of the usual width.</param>
    /// <exception cref="ArgumentException">The device is unknown or not there.</exception>
    public static ComputeTarget Choose(string device, Precision precision, int threads, AutoPrecision? auto = null)
    {
        var chosen = DeviceOf(device);
        var count = threads > 0 ? threads : Environment.ProcessorCount;
        set_num_threads(count);
        if (chosen.type == TorchSharp.DeviceType.CUDA)
        {
            backends.cuda.matmul.allow_tf32 = true; // ten bits of mantissa, eight times the rate; said where the choices are printed
        }

        var fp32 = new ComputeTarget(chosen, ScalarType.Float32, count);
        return precision switch
        {
            Precision.Fp32 => fp32,
            Precision.Bf16 => fp32 with { Type = ScalarType.BFloat16 },
            _ => (auto ?? new AutoPrecision()).Choose(fp32),
        };
    }

    /// <summary>
    /// What must be equal for a resume to give the same bytes; on CUDA, where nothing promises them, what is computed in what
    /// arithmetic.
    /// </summary>
    public string Fingerprint =>
        Device.type == TorchSharp.DeviceType.CUDA
            ? $"cuda/{Arithmetic}/libtorch {__version__}"
            : $"{Device.type.ToString().ToLowerInvariant()}/{Arithmetic}/{Threads}{ThreadsUnit}/{InstructionSet()}/libtorch {__version__}";

    /// <summary>Whether a <see cref="Fingerprint"/> is this one but for the number of threads.</summary>
    internal bool DiffersInThreadsAtMost(string fingerprint) => WithoutThreads(fingerprint) == WithoutThreads(Fingerprint);

    private static string WithoutThreads(string fingerprint) =>
        string.Join('/', fingerprint.Split('/').Where(part => !part.EndsWith(ThreadsUnit, StringComparison.Ordinal)));

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
            return ArithmeticTimes.ProcessorHasBf16() ? "avx512-bf16" : "avx512";
        }

        return System.Runtime.Intrinsics.X86.Avx2.IsSupported
            ? "avx2"
            : System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
