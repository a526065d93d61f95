using BenchmarkDotNet.Running;
using SsFer.Benchmarks;
using SsFer.Benchmarks.Serving;

// dotnet run -c Release --project tests/SsFer.Benchmarks -- steps [NAME...] [--device cpu|cuda] [--threads N]
// dotnet run -c Release --project tests/SsFer.Benchmarks -- profile [NAME...]
// dotnet run -c Release --project tests/SsFer.Benchmarks -- kernels [BenchmarkDotNet options]
// dotnet run -c Release --project tests/SsFer.Benchmarks -- relabelling [PICTURES]
// dotnet run -c Release --project tests/SsFer.Benchmarks -- serving [SECONDS]
// dotnet run -c Release --project tests/SsFer.Benchmarks -- serving-pictures FOLDER
switch (args.FirstOrDefault())
{
    case "steps":
        return StepReport.Run(BenchmarkArguments.Parse(args.AsSpan(1)));
    case "profile":
        return LayerProfile.Run(BenchmarkArguments.Parse(args.AsSpan(1)));
    case "kernels":
        BenchmarkSwitcher.FromAssembly(typeof(StepReport).Assembly).Run(args[1..]);
        return 0;
    case "relabelling":
        return await RelabellingCase.RunAsync(args.ElementAtOrDefault(1));
    case "serving":
        return await ServingCase.RunAsync(args.ElementAtOrDefault(1));
    case "serving-pictures":
        return await ServingPictures.WriteAsync(args.ElementAtOrDefault(1));
    default:
        Console.Error.WriteLine("error: say steps, profile, kernels, relabelling, serving or serving-pictures");
        return 2;
}
