using System.CommandLine;
using SsFer.Artifacts.Kept;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Kept;

/// <summary><c>ssfer kept erase ID ... | --before DAY | --all</c>.</summary>
internal static class EraseKeptCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("id")
        {
            Description = "Kept pictures (see ssfer kept list; answers of the endpoint tell them, too)",
            HelpName = "ID",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var before = new Option<DateOnly?>("--before")
        {
            Description = "All that were kept before this day (UTC), as 2026-11-30",
            HelpName = "DAY",
        };
        var all = new Option<bool>("--all") { Description = "All there are" };
        return new Command("erase", "Deletes kept pictures and what is told of them, for good") { ids, before, all }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var (named, day) = (arguments.GetValue(ids) ?? [], arguments.GetValue(before));
                if (new[] { named.Length > 0, day is not null, arguments.GetValue(all) }.Count(isGiven => isGiven) != 1)
                {
                    throw new UsageException("what is to be erased is not clear: name pictures, or give --before DAY, or --all");
                }

                var store = KeptPictures.Open(session, arguments);
                var erased =
                    named.Length > 0
                        ? await EraseAsync(store, named, cancellationToken)
                        : await store.EraseBeforeAsync(day ?? DateOnly.MaxValue, cancellationToken);
                session.Terminal.Show(new { erased }, output => output.WriteLine($"erased {erased}"));
            }
        );
    }

    private static async Task<int> EraseAsync(KeptPictureStore store, string[] ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            await store.EraseAsync(id, cancellationToken);
        }

        return ids.Length;
    }
}
