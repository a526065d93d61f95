using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data list</c>.</summary>
internal static class ListDatasetsCommand
{
    public static Command Create() =>
        new Command("list", "All datasets").Does(
            async (session, _, cancellationToken) =>
            {
                var catalog = new DatasetCatalog(session.Store);
                var lines = new List<DatasetLine>();
                await foreach (var dataset in catalog.ListAsync(cancellationToken))
                {
                    lines.Add(await DescribeAsync(catalog, dataset, cancellationToken));
                }

                session.Terminal.Show(lines, text => Table(lines).WriteTo(text));
                foreach (var line in lines.Where(line => line.Damage is not null))
                {
                    session.Terminal.Say($"warning: dataset '{line.Name}': {line.Damage}");
                }

                if (lines.Count == 0)
                {
                    session.Terminal.Say($"the store {session.Store.Root} holds no dataset yet: ssfer data import --help");
                }
            }
        );

    private static async Task<DatasetLine> DescribeAsync(
        DatasetCatalog catalog,
        Listed<DatasetPointers> dataset,
        CancellationToken cancellationToken
    )
    {
        var line = new DatasetLine
        {
            Name = dataset.Name,
            Raw = dataset.Value?.Raw,
            Prepared = dataset.Value?.Prepared,
            Damage = dataset.Damage,
        };
        if (dataset.Value is not { } current)
        {
            return line;
        }

        var any = current.Raw ?? current.Prepared.Values.First();
        var manifest = (
            await Listed.ReadAsync(dataset.Name, async () =>
                (DatasetManifest?)await catalog.ReadManifestAsync(dataset.Name, any, cancellationToken)
            )
        )!;
        return line with
        {
            Pictures = manifest.Value?.Pictures,
            Labelled = manifest.Value?.Counts.Values.Sum(classes => classes.Where(pair => pair.Key.Length > 0).Sum(pair => pair.Value)),
            Classes = manifest.Value?.Classes.Count,
            Damage = manifest.Damage,
        };
    }

    private static TextTable Table(IEnumerable<DatasetLine> lines)
    {
        var table = new TextTable("dataset", "pictures", "labelled", "classes", "raw", "prepared");
        foreach (var line in lines)
        {
            table.Add(
                line.Name,
                line.Pictures is { } pictures ? ProgressText.Count(pictures) : "damaged",
                line.Labelled is { } labelled ? ProgressText.Count(labelled) : "-",
                line.Classes?.ToString(CultureInfo.InvariantCulture) ?? "-",
                line.Raw ?? "-",
                line.Prepared is null or { Count: 0 } ? "-" : string.Join(", ", line.Prepared.Select(pair => $"{pair.Key} px {pair.Value}"))
            );
        }

        return table;
    }

    private sealed record DatasetLine
    {
        public required string Name { get; init; }

        public int? Pictures { get; init; }

        public int? Labelled { get; init; }

        public int? Classes { get; init; }

        /// <summary>Version of the raw pictures.</summary>
        public string? Raw { get; init; }

        /// <summary>Versions of the prepared faces by their side in pixels.</summary>
        public IReadOnlyDictionary<int, string>? Prepared { get; init; }

        /// <summary>What is damaged; absent where nothing is.</summary>
        public string? Damage { get; init; }
    }
}
