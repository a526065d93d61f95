using SsFer.Artifacts.Datasets;
using SsFer.Cli.Commands.Data;

namespace SsFer.Cli.Tests;

public sealed class VersionReportTests
{
    [Theory]
    [InlineData("1031", "1,031 with several faces, the most prominent kept")]
    [InlineData("0", null)]
    [InlineData(null, null)]
    public void WriteTo_PicturesOfSeveralFaces_AreToldWhereThereAreAny(string? count, string? line)
    {
        using var text = new StringWriter();

        VersionReport.Of(Manifest(count)).WriteTo(text);

        var told = text.ToString()
            .Split('\n', StringSplitOptions.TrimEntries)
            .Where(words => words.Contains("several", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(line is null ? [] : [line], told);
    }

    private static DatasetManifest Manifest(string? severalFaces) =>
        new()
        {
            Name = "faces",
            Version = "0123",
            Kind = DatasetKind.Prepared,
            Size = 48,
            Classes = [],
            Shards = [],
            Counts = new Dictionary<string, IReadOnlyDictionary<string, int>>(),
            Rejected = [],
            Provenance = severalFaces is null
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["severalFaces"] = severalFaces },
        };
}
