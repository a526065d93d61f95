using System.CommandLine;
using SsFer.Importing;
using SsFer.Synthetic;

namespace SsFer.Cli.Commands.Data;

/// <summary><c>ssfer data import synthetic --name N [--count 2000] [--seed 0] [--size 96]</c>.</summary>
internal static class ImportSyntheticCommand
{
    public static Command Create()
    {
        var name = NewDatasetName.Option();
        var count = new Option<int>("--count")
        {
            Description = "Faces to draw: eight of ten for training, one for validation, one for test",
            DefaultValueFactory = _ => 2000,
        };
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < SyntheticImporter.SmallestCount)
            {
                result.AddError($"--count must be at least {SyntheticImporter.SmallestCount}, for every split to have all expressions");
            }
        });
        var seed = new Option<ulong>("--seed") { Description = "The same seed draws the same faces", DefaultValueFactory = _ => 0 };
        var size = new Option<int>("--size") { Description = "Side of a picture in pixels", DefaultValueFactory = _ => 96 };
        size.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < SyntheticFaces.SmallestSize or > SyntheticFaces.LargestSize)
            {
                result.AddError($"--size must be from {SyntheticFaces.SmallestSize} to {SyntheticFaces.LargestSize} pixels");
            }
        });
        return new Command(
            "synthetic",
            "Drawn faces of nobody with seven expressions, for demonstrations and tests; nothing measured on them says "
                + "anything of real faces"
        )
        {
            name,
            count,
            seed,
            size,
        }.Does(
            (session, arguments, cancellationToken) =>
            {
                var faces = new SyntheticFaces(arguments.GetValue(seed), arguments.GetValue(size));
                var importer = new SyntheticImporter(faces, arguments.GetValue(count));
                return ImportRun.RunAsync(session, progress =>
                    importer.ImportAsync(session.Store, arguments.GetRequiredValue(name), new ImportOptions(), progress, cancellationToken)
                );
            }
        );
    }
}
