using System.Reflection;
using System.Text.Json;
using SsFer.FaceDetection;
using SsFer.Faces.Imaging;
using SsFer.Learning.Training;

namespace SsFer.StageHosting.Tests;

public sealed class ArchitectureTests
{
    private const int LongestProgram = 25;
    private static readonly string[] Forbidden =
    [
        "MassTransit",
        "RabbitMQ",
        "Azure",
        "Microsoft.AspNetCore",
        "SsFer.Contracts",
        "SsFer.Artifacts",
        "SsFer.ServiceDefaults",
    ];
    private static readonly string[] Rhythm =
    [
        "WebApplication.CreateBuilder(args)",
        ".AddServiceDefaults(",
        ".Build()",
        ".MapDefaultEndpoints()",
        ".RunServiceAsync()",
    ];

    public static TheoryData<string> Services =>
        [
            .. Directory
                .EnumerateDirectories(Path.Combine(Root(), "services"), "SsFer.*")
                .Where(folder => Path.GetFileName(folder) != "SsFer.Cli" && File.Exists(Path.Combine(folder, "Program.cs")))
                .Select(folder => Path.GetFileName(folder)!),
        ];

    [Theory]
    [InlineData(typeof(TrainingLoop<>))]
    [InlineData(typeof(Picture))]
    public void LearningAndFaces_WithAllTheyReference_KnowNeitherMessagingNorStoreNorWeb(Type member)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        Follow(member.Assembly, known);

        Assert.DoesNotContain(known, name => Forbidden.Any(forbidden => name.StartsWith(forbidden, StringComparison.Ordinal)));
        Assert.Contains(known, name => name is "TorchSharp" or "NetVips");
    }

    [Theory]
    [InlineData(typeof(StageAnnouncer))]
    [InlineData(typeof(FaceDetectionStage))]
    public void StageHostingAndFaceDetection_WithAllTheyReference_KnowNoLearning(Type member)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        Follow(member.Assembly, known);

        Assert.DoesNotContain(known, name => name is "SsFer.Learning" or "SsFer.Stages" or "TorchSharp");
        Assert.Contains("MassTransit", known);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Program_OfEveryService_IsShortAndOfOneRhythm(string service)
    {
        var lines = File.ReadAllLines(Path.Combine(Root(), "services", service, "Program.cs"));

        Assert.InRange(lines.Length, 1, LongestProgram);
        var places = Rhythm.Select(step => Array.FindIndex(lines, line => line.Contains(step, StringComparison.Ordinal))).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    /// <summary>An Aspire host gives a project without an address no endpoint, and then has nothing to ask for its health.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public void LaunchProfile_OfEveryService_HasAnHttpAddressOfItsOwn(string service)
    {
        var addresses = Services.Select(row => AddressOf(row.Data)).ToList();

        Assert.StartsWith("http://localhost:", AddressOf(service), StringComparison.Ordinal);
        Assert.Equal(addresses.Count, addresses.Distinct().Count());
    }

    private static string AddressOf(string service)
    {
        using var settings = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(Root(), "services", service, "Properties", "launchSettings.json"))
        );
        return settings.RootElement.GetProperty("profiles").GetProperty(service).GetProperty("applicationUrl").GetString()!;
    }

    /// <summary>Those the framework brings are not followed: they are in the process either way.</summary>
    private static void Follow(Assembly assembly, HashSet<string> known)
    {
        foreach (var reference in assembly.GetReferencedAssemblies().Where(reference => known.Add(reference.Name!)))
        {
            if (File.Exists(Path.Combine(AppContext.BaseDirectory, $"{reference.Name}.dll")))
            {
                Follow(Assembly.Load(reference), known);
            }
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SsFer.Aspire.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("the tests run in the repository's build folder");
    }
}
