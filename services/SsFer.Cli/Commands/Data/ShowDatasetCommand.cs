using System.CommandLine;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data show N [--contact-sheet FILE.png [--size S | --raw]]</c>.</summary>
internal static class ShowDatasetCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("N") { Description = "Name of the dataset" };
        var sheet = new Option<string>("--contact-sheet")
        {
            Description = "Draws up to a hundred pictures with their names, classes, boxes and landmarks",
            HelpName = "FILE.png",
        };
        var size = new Option<int?>("--size")
        {
            Description = "Which prepared faces to draw, by their side in pixels [default: the largest]",
        };
        var raw = new Option<bool>("--raw") { Description = "Draw the pictures as imported, with the boxes that the import knew" };
        return new Command("show", "What a dataset holds: classes, duplicates, rejected pictures, detection")
        {
            name,
            sheet,
            size,
            raw,
        }.Does(
            async (session, arguments, cancellationToken) =>
            {
                Check(arguments.GetValue(sheet), arguments.GetValue(size), arguments.GetValue(raw));
                var dataset = arguments.GetRequiredValue(name);
                var catalog = new DatasetCatalog(session.Store);
                var current = await catalog.GetAsync(dataset, cancellationToken);
                if (arguments.GetValue(sheet) is { } file)
                {
                    var version = arguments.GetValue(raw)
                        ? current.Raw ?? throw new UsageException($"the dataset '{dataset}' has no raw pictures: leave out --raw")
                        : await ChooseAsync(catalog, dataset, current, arguments.GetValue(size), cancellationToken);
                    var shown = await DatasetSheet.WriteAsync(session, dataset, version, file, cancellationToken);
                    session.Terminal.Say($"drawn: {shown} in {Path.GetFullPath(file)}");
                }

                var versions = new List<VersionReport>();
                var damaged = new List<DamagedVersion>();
                foreach (
                    var version in (string[])
                        [.. current.Raw is { } imported ? [imported] : Array.Empty<string>(), .. current.Prepared.Values]
                )
                {
                    var listed = await Listed.ReadAsync(version, ReadAsync);
                    if (listed?.Value is { } manifest)
                    {
                        versions.Add(
                            VersionReport.Of(manifest) with
                            {
                                Detection = await DetectionList.OfAsync(session, manifest, cancellationToken),
                            }
                        );
                    }
                    else
                    {
                        damaged.Add(new DamagedVersion(version, listed!.Damage!));
                        session.Terminal.SayWarnings([$"version {version}: {listed.Damage}"]);
                    }

                    async Task<DatasetManifest?> ReadAsync() => await catalog.ReadManifestAsync(dataset, version, cancellationToken);
                }

                session.Terminal.Show(new DatasetReport(dataset, versions, damaged), text =>
                    versions.ForEach(version => version.WriteTo(text))
                );
            }
        );
    }

    /// <summary>Said at once, not after the pictures were read.</summary>
    private static void Check(string? sheet, int? size, bool raw)
    {
        if (raw && size is not null)
        {
            throw new UsageException("--raw and --size exclude each other: pictures as imported have sizes of their own");
        }

        if (sheet is not null)
        {
            OutputFile.Check(sheet, "the contact sheet", "--contact-sheet");
        }
        else if (raw || size is not null)
        {
            throw new UsageException(
                $"{(raw ? "--raw" : "--size")} chooses what is drawn: name the picture to draw with --contact-sheet FILE.png"
            );
        }
    }

    private static async Task<string> ChooseAsync(
        DatasetCatalog catalog,
        string name,
        DatasetPointers current,
        int? size,
        CancellationToken cancellationToken
    )
    {
        if (size is { } side)
        {
            return await catalog.GetPreparedAsync(name, side, cancellationToken);
        }

        return current.Prepared.Count > 0 ? current.Prepared.MaxBy(pair => pair.Key).Value : current.Raw!;
    }

    private sealed record DatasetReport(string Name, IReadOnlyList<VersionReport> Versions, IReadOnlyList<DamagedVersion> Damaged);

    private sealed record DamagedVersion(string Version, string Damage);
}
