using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using SsFer.Inference;
using SsFer.LocalServers;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace SsFer.Cli.Tests.Up;

/// <summary>Holds the alert rules for Prometheus to their form, and to the metrics and values that there are.</summary>
public sealed partial class AlertRuleTests : IDisposable
{
    /// <summary>Of ASP.NET.</summary>
    private const string Requests = "http_server_request_duration_seconds_count";

    private readonly Material _material = new();

    [Fact]
    public async Task Rules_AskForMetricsAndValuesThatThereAre()
    {
        var rules = await ReadAsync();
        string[] known = [.. (await SystemMetrics.InstrumentsAsync(_material.Root)).Select(SystemMetrics.NameAtPrometheus), Requests];

        Assert.All(rules.SelectMany(rule => MetricName().Matches(rule.Expr)).Select(name => name.Value), name =>
            Assert.Contains(name, known)
        );
        Assert.Subset(
            Enum.GetValues<PictureStatus>().Select(status => JsonSerializer.SerializeToElement(status).GetString()!).ToHashSet(),
            rules.SelectMany(rule => Status().Matches(rule.Expr)).SelectMany(status => status.Groups[1].Value.Split('|')).ToHashSet()
        );
    }

    [Fact]
    public async Task Rules_TellOfDriftPicturesWithoutAFaceAndErrors_EachForAWhile()
    {
        var rules = await ReadAsync();

        Assert.Equal(["SsFerDrift", "SsFerFewFaces", "SsFerServerErrors"], rules.Select(rule => rule.Alert));
        Assert.EndsWith("(ssfer_inference_drift) > 0.2", rules[0].Expr, StringComparison.Ordinal);
        Assert.Equal(("1h", "warning"), (rules[0].For, rules[0].Labels["severity"]));
        Assert.All(rules, rule =>
        {
            Assert.Matches("^[0-9]+[mh]$", rule.For);
            Assert.NotEmpty(rule.Annotations["summary"]);
            Assert.NotEmpty(rule.Annotations["description"]);
        });
    }

    [Fact]
    public async Task Rules_PlayedThroughByPrometheus_TellWhatTheyShouldAndNothingEarlier()
    {
        var tool = InstalledProgram.Find("SSFER_PROMTOOL", [], "promtool");
        Assert.SkipWhen(tool is null, "no promtool here (Debian, Ubuntu: apt-get install prometheus)");
        using var process = Process.Start(
            new ProcessStartInfo(tool, ["test", "rules", SystemMetrics.PathOf("ssfer.rules.test.yml")]) { RedirectStandardError = true }
        )!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, said);
    }

    public void Dispose() => _material.Dispose();

    private static async Task<IReadOnlyList<Rule>> ReadAsync()
    {
        var reader = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .WithEnforceRequiredMembers()
            .Build();
        var file = reader.Deserialize<RuleFile>(await SystemMetrics.DocumentAsync("ssfer.rules.yml")); // what it does not know is a fault
        return Assert.Single(file.Groups).Rules;
    }

    [GeneratedRegex("(ssfer|http_server)_[a-z_]+", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();

    [GeneratedRegex("[{ ,]status=~?\"([a-z_|]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Status();

    /// <summary>As Prometheus reads it.</summary>
    private sealed record RuleFile
    {
        public required List<Group> Groups { get; init; }
    }

    private sealed record Group
    {
        public required string Name { get; init; }

        public required List<Rule> Rules { get; init; }
    }

    private sealed record Rule
    {
        public required string Alert { get; init; }

        public required string Expr { get; init; }

        public required string For { get; init; }

        public required Dictionary<string, string> Labels { get; init; }

        public required Dictionary<string, string> Annotations { get; init; }
    }
}
