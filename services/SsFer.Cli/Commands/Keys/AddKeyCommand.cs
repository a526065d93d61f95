using System.CommandLine;
using SsFer.Artifacts.Access;
using SsFer.ServiceDefaults.Access;

namespace SsFer.Cli.Commands.Keys;

/// <summary><c>ssfer keys add NAME</c>: a new key, alone on standard output and told this once.</summary>
internal static class AddKeyCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Whose key it is, for people", HelpName = "NAME" };
        var roles = new Option<string[]>("--role")
        {
            Description = "What it opens, predict (answers of the endpoint) or operate (all else); may be given twice",
            HelpName = "ROLE",
            DefaultValueFactory = _ => [AccessPolicies.NameOf(ApiKeyRole.Predict)],
        };
        roles.AcceptOnlyFromAmong([.. Enum.GetValues<ApiKeyRole>().Select(AccessPolicies.NameOf)]);
        var perMinute = Limit("--per-minute", "Most requests a minute [default: as the endpoint is set]");
        var concurrent = Limit("--concurrent", "Most requests at a time [default: as the endpoint is set]");
        return new Command("add", "Makes a key; it is shown once and stored nowhere") { name, roles, perMinute, concurrent }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var request = new ApiKeyRequest
                {
                    Name = arguments.GetRequiredValue(name),
                    Roles = [.. arguments.GetRequiredValue(roles).Select(role => Enum.Parse<ApiKeyRole>(role, ignoreCase: true))],
                    PerMinute = arguments.GetValue(perMinute),
                    Concurrent = arguments.GetValue(concurrent),
                };
                var issued = await KeyReport.Open(session, arguments).AddAsync(request, cancellationToken);
                session.Terminal.Show(KeyReport.DocumentOf(issued), output => output.WriteLine(issued.Text));
                session.Terminal.Say(
                    $"key {issued.Key.Id} of {issued.Key.Name} ({KeyReport.RolesOf(issued.Key)}): keep it, it is shown this once; "
                        + $"ssfer keys revoke {issued.Key.Id} ends it"
                );
            }
        );
    }

    private static Option<int?> Limit(string name, string description) => new(name) { Description = description, HelpName = "N" };
}
