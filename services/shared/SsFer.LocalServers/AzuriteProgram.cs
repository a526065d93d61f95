using System.Globalization;

namespace SsFer.LocalServers;

/// <summary>Azurite, Azure's blob service for one machine, as a program of this machine, at 127.0.0.1 alone. Tested with 3.37.0.</summary>
public static class AzuriteProgram
{
    /// <summary>What to do where there is none.</summary>
    public const string Cure = $"npm install --prefix artifacts/npm azurite@{Version}, or name its azurite-blob in {Variable}";

    public const string Version = "3.37.0";

    /// <summary>The account that it has by itself, and its key, which everybody knows:
    /// https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key.</summary>
    public static readonly AzuriteAccount Development = new(
        "devstoreaccount1",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    );

    private const string Variable = "SSFER_AZURITE";

    private static string? Program { get; } =
        InstalledProgram.Find(Variable, ["artifacts/npm/node_modules/.bin/azurite-blob"], "azurite-blob");

    /// <summary>Whether it is installed: <c>SSFER_AZURITE</c>, <c>artifacts/npm</c> of the repository, or the <c>PATH</c>.</summary>
    public static bool IsInstalled => Program is not null;

    /// <summary>Says how it is started.</summary>
    /// <param name="folder">Of this server alone; its data stay there.</param>
    /// <param name="port">Where clients connect.</param>
    /// <param name="accounts">None = <see cref="Development"/>.</param>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static LocalProgram In(string folder, int port, params IReadOnlyCollection<AzuriteAccount> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        var program = Program ?? throw new InvalidOperationException($"azurite is not installed: {Cure}");
        folder = Directory.CreateDirectory(folder).FullName;
        var environment = new Dictionary<string, string>();
        if (accounts.Count > 0)
        {
            environment["AZURITE_ACCOUNTS"] = string.Join(';', accounts.Select(account => $"{account.Name}:{account.Key}"));
        }

        return new LocalProgram(
            program,
            [
                "--location",
                folder,
                "--blobPort",
                port.ToString(CultureInfo.InvariantCulture),
                "--skipApiVersionCheck",
                "--disableTelemetry",
                "--silent",
            ],
            environment,
            folder
        );
    }
}

/// <summary>An account of the blob service.</summary>
/// <param name="Name">Lower-case letters and digits.</param>
/// <param name="Key">Base64.</param>
public sealed record AzuriteAccount(string Name, string Key)
{
    /// <param name="service">Where the service answers, without a slash at its end.</param>
    public string ConnectionStringAt(string service) =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};BlobEndpoint={service}/{Name};";
}
