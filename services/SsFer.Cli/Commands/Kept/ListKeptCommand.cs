using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Kept;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Kept;

/// <summary><c>ssfer kept list</c>.</summary>
internal static class ListKeptCommand
{
    public static Command Create() =>
        new Command("list", "Kept pictures, the oldest first").Does(
            async (session, arguments, cancellationToken) =>
            {
                var pictures = await KeptPictures.Open(session, arguments).ListAsync(cancellationToken).ToListAsync(cancellationToken);
                session.Terminal.Show(pictures, output => TableOf(pictures).WriteTo(output));
                if (pictures.Count == 0)
                {
                    session.Terminal.Say("no picture is kept: the endpoint keeps some where Inference:Keep:Enabled is true");
                }
            }
        );

    private static TextTable TableOf(IEnumerable<KeptPicture> pictures)
    {
        var table = new TextTable("id", "kept", "model", "faces", "least sure of", "probability");
        foreach (var picture in pictures)
        {
            var (expression, probability) = picture.Faces[0].Answer();
            table.Add(
                picture.Id,
                picture.Kept.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                picture.Model,
                picture.Faces.Count.ToString(CultureInfo.InvariantCulture),
                expression,
                probability.ToString("0.00", CultureInfo.InvariantCulture)
            );
        }

        return table;
    }
}
