using System.CommandLine;
using System.Globalization;

namespace SsFer.Cli.Commands.Keys;

/// <summary><c>ssfer keys revoke ID</c>.</summary>
internal static class RevokeKeyCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "A key of the store (see ssfer keys list)", HelpName = "ID" };
        return new Command("revoke", "Ends a key for good; services notice within seconds (Access:LookInterval)") { id }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var key = await KeyReport.Open(session, arguments).RevokeAsync(arguments.GetRequiredValue(id), cancellationToken);
                session.Terminal.Show(KeyReport.DocumentOf(key), output =>
                    output.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"key {key.Id} of {key.Name} is revoked since {key.Revoked!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC"
                        )
                    )
                );
            }
        );
    }
}
