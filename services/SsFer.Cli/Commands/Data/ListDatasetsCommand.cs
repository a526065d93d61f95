using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Datasets;
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
                    var (raw, prepared) = (dataset.Current.Raw, dataset.Current.Prepared);
                    var any = raw ?? prepared.Values.First();
                    var manifest = await catalog.ReadManifestAsync(dataset.Name, any, cancellationToken);
                    lines.Add(
                        new DatasetLine
                        {
                            Name = dataset.Name,
                            Pictures = manifest.Pictures,
                            Labelled = manifest.Counts.Values.Sum(classes =>
                                classes.Where(pair => pair.Key.Length > 0).Sum(pair => pair.Value)
                            ),
                            Classes = manifest.Classes.Count,
                            Raw = raw,
                            Prepared = prepared,
                        }
                    );
                }

                session.Terminal.Show(lines, text => Table(lines).WriteTo(text));
                if (lines.Count == 0)
                {
                    session.Terminal.Say($"the store {session.Store.Root} holds no dataset yet: ssfer data import --help");
                }
            }
        );

    private static TextTable Table(IEnumerable<DatasetLine> lines)
    {
        var table = new TextTable("dataset", "pictures", "labelled", "classes", "raw", "prepared");
        foreach (var line in lines)
        {
            table.Add(
                line.Name,
                ProgressText.Count(line.Pictures),
                ProgressText.Count(line.Labelled),
                line.Classes.ToString(CultureInfo.InvariantCulture),
                line.Raw ?? "-",
                line.Prepared.Count == 0 ? "-" : string.Join(", ", line.Prepared.Select(pair => $"{pair.Key} px {pair.Value}"))
            );
        }

        return table;
    }

    private sealed record DatasetLine
    {
        public required string Name { get; init; }

        public required int Pictures { get; init; }

        public required int Labelled { get; init; }

        public required int Classes { get; init; }

        /// <summary>Version of the raw pictures.</summary>
        public string? Raw { get; init; }

        /// <summary>Versions of the prepared faces by their side in pixels.</summary>
        public required IReadOnlyDictionary<int, string> Prepared { get; init; }
    }
}
