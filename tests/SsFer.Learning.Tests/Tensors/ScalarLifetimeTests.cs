using System.Reflection;
using SsFer.Learning.Training;
using TorchSharp;

namespace SsFer.Learning.Tests.Tensors;

/// <summary>
/// Reads compiled code: neither the library nor its tests call a TorchSharp method that hands libtorch a scalar the garbage collector
/// may already have freed.
/// </summary>
public sealed class ScalarLifetimeTests
{
    private const string Keeper = "ScalarOperations";

    [Theory]
    [InlineData(typeof(TrainingLoop<>))]
    [InlineData(typeof(ScalarLifetimeTests))]
    public void LearningAndItsTests_CallNothingThatMakesATemporaryScalar(Type member)
    {
        var unsafeMethods = MakersOfTemporaryScalars();
        Assert.Contains("torch+Tensor.square()", unsafeMethods);
        Assert.Contains("torch+Tensor.op_Addition(Tensor,Tensor)", unsafeMethods);
        Assert.DoesNotContain("torch+Tensor.op_Multiply(Tensor,Tensor)", unsafeMethods);

        var calls = MethodsOf(member.Assembly)
            .Where(method => method.DeclaringType!.FullName!.Contains(Keeper, StringComparison.Ordinal) is false)
            .SelectMany(method =>
                CallsOf(method)
                    .Where(called =>
                        unsafeMethods.Contains(Name(called)) || called is MethodInfo { ReturnType: var type } && type == typeof(Scalar)
                    )
                    .Select(called => $"{Name(method)} calls {Name(called)}")
            );

        Assert.Empty(calls);
    }

    /// <summary>Methods of tensors and functions that make a scalar, or call one that does.</summary>
    private static HashSet<string> MakersOfTemporaryScalars()
    {
        var calls = MethodsOf(typeof(torch).Assembly)
            .Where(method => method.DeclaringType!.FullName!.StartsWith("TorchSharp.torch", StringComparison.Ordinal))
            .GroupBy(Name)
            .ToDictionary(group => group.Key, group => group.SelectMany(CallsOf).Distinct().ToList());
        var makers = calls
            .Where(pair => pair.Value.Any(called => called is MethodInfo { ReturnType: var type } && type == typeof(Scalar)))
            .Select(pair => pair.Key)
            .ToHashSet();
        while (
            calls
                .Where(pair => !makers.Contains(pair.Key) && pair.Value.Any(called => makers.Contains(Name(called))))
                .Select(pair => pair.Key)
                .ToList()
                is { Count: > 0 } more
        )
        {
            makers.UnionWith(more);
        }

        return makers;
    }

    private static IEnumerable<MethodInfo> MethodsOf(Assembly assembly) =>
        assembly
            .GetTypes()
            .SelectMany(type =>
                type.GetMethods(
                    BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly
                )
            );

    /// <summary>
    /// Every byte that may be a call is looked at; a byte that only looks like one resolves to nothing or to a method that is
    /// harmless.
    /// </summary>
    private static IEnumerable<MethodBase> CallsOf(MethodInfo method)
    {
        const byte Call = 0x28,
            CallVirtual = 0x6F;
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] is Call or CallVirtual && Resolve(method, BitConverter.ToInt32(code, i + 1)) is { } called)
            {
                yield return called;
            }
        }
    }

    private static MethodBase? Resolve(MethodInfo method, int token)
    {
        try
        {
            var type = method.DeclaringType!;
            return method.Module.ResolveMethod(
                token,
                type.IsGenericType ? type.GetGenericArguments() : null,
                method.IsGenericMethod ? method.GetGenericArguments() : null
            );
        }
        catch (Exception notAMethod) when (notAMethod is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }

    private static string Name(MethodBase method)
    {
        var type = method.DeclaringType?.FullName?.Replace("TorchSharp.", "", StringComparison.Ordinal);
        var parameters = string.Join(",", method.GetParameters().Select(parameter => parameter.ParameterType.Name));
        return $"{type}.{method.Name}({parameters})";
    }
}
