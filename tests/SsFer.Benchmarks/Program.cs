using BenchmarkDotNet.Running;
using SsFer.Benchmarks;

// dotnet run -c Release --project tests/SsFer.Benchmarks -- steps [NAME...] [--device cpu|cuda] [--threads N]
// dotnet run -c Release --project tests/SsFer.Benchmarks -- profile [NAME...]
// dotnet run -c Release --project tests/SsFer.Benchmarks -- kernels [BenchmarkDotNet options]
switch (args.FirstOrDefault())
{
    case "steps":
        return StepReport.Run(BenchmarkArguments.Parse(args.AsSpan(1)));
    case "profile":
        return LayerProfile.Run(BenchmarkArguments.Parse(args.AsSpan(1)));
    case "kernels":
        BenchmarkSwitcher.FromAssembly(typeof(StepReport).Assembly).Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine("error: say steps, profile or kernels");
        return 2;
}
