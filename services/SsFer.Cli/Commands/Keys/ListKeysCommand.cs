using System.CommandLine;
using System.Globalization;
using SsFer.Artifacts.Access;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Keys;

/// <summary><c>ssfer keys list</c>.</summary>
internal static class ListKeysCommand
{
    public static Command Create() =>
        new Command("list", "All keys there ever were, and which were revoked").Does(
            async (session, arguments, cancellationToken) =>
            {
                var stored = await KeyReport.Open(session, arguments).TryReadAsync(cancellationToken);
                var keys = stored?.Value.Keys ?? [];
                session.Terminal.Show(keys.Select(KeyReport.DocumentOf).ToList(), output => TableOf(keys).WriteTo(output));
                if (keys.Count == 0)
                {
                    session.Terminal.Say("there is no key yet: ssfer keys add NAME");
                }
            }
        );

    private static TextTable TableOf(IEnumerable<ApiKey> keys)
    {
        var table = new TextTable("key", "name", "roles", "a minute", "at a time", "made", "revoked");
        foreach (var key in keys)
        {
            table.Add(
                key.Id,
                key.Name,
                KeyReport.RolesOf(key),
                LimitOf(key.PerMinute),
                LimitOf(key.Concurrent),
                TimeOf(key.Created),
                key.Revoked is { } revoked ? TimeOf(revoked) : "-"
            );
        }

        return table;
    }

    private static string LimitOf(int? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
