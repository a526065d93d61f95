using System.CommandLine;
using System.Globalization;
using CsvHelper;
using SsFer.Artifacts.Kept;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Kept;

/// <summary><c>ssfer kept export FOLDER</c>: pictures, and a table to write their labels into.</summary>
internal static class ExportKeptCommand
{
    private const string Table = "kept.csv";
    private const string Image = "image";
    private const string Expression = "expression";

    private static readonly string[] BoxColumns = ["left", "top", "right", "bottom"];

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Where they go; it is created", HelpName = "FOLDER" };
        return new Command("export", "Kept pictures as files, with a table whose column 'expression' is for people to fill in")
        {
            folder,
        }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var target = arguments.GetRequiredValue(folder);
                var table = Path.Combine(target, Table);
                if (File.Exists(table))
                {
                    throw new UsageException($"'{table}' exists and may hold labels: name another folder, or delete it");
                }

                Directory.CreateDirectory(target);
                var exported = await WriteAsync(KeptPictures.Open(session, arguments), target, cancellationToken);
                session.Terminal.Show(new { exported, table }, output => output.WriteLine($"exported {exported} pictures and {table}"));
                session.Terminal.SayNext([
                    $"fill in the column '{Expression}' of {table}, then",
                    $"ssfer data import csv --table {table} --images {target} --image-column {Image} --label-column {Expression} "
                        + $"--box-columns {string.Join(',', BoxColumns)} --name NAME",
                ]);
            }
        );
    }

    /// <returns>How many there were.</returns>
    private static async Task<int> WriteAsync(KeptPictureStore store, string folder, CancellationToken cancellationToken)
    {
        var exported = 0;
        await using var writer = new StreamWriter(Path.Combine(folder, Table));
        await using var csv = new CsvWriter(writer, CultureInfo.InvariantCulture);
        await WriteRowAsync(csv, [Image, Expression, .. BoxColumns, "answered", "probability", "model"]);
        await foreach (var picture in store.ListAsync(cancellationToken))
        {
            var file = $"{picture.Id}.{picture.Format}";
            if (!await TryCopyAsync(store, picture, Path.Combine(folder, file), cancellationToken))
            {
                continue;
            }

            var face = picture.Faces[0]; // one row a picture: the face that the model is least sure of
            var (answered, probability) = face.Answer();
            await WriteRowAsync(csv, [file, "", .. face.Box.Select(Written), answered, Written(probability), picture.Model]);
            exported++;
        }

        return exported;
    }

    /// <summary>False where it is gone: erased meanwhile, or never wholly written.</summary>
    private static async Task<bool> TryCopyAsync(
        KeptPictureStore store,
        KeptPicture picture,
        string path,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var content = await store.OpenAsync(picture, cancellationToken);
            await using var file = File.Create(path);
            await content.CopyToAsync(file, cancellationToken);
            return true;
        }
        catch (ArtifactNotFoundException)
        {
            return false;
        }
    }

    private static Task WriteRowAsync(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(cell);
        }

        return csv.NextRecordAsync();
    }

    private static string Written(float value) => value.ToString(CultureInfo.InvariantCulture);
}
