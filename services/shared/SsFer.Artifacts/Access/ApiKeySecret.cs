using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SsFer.Artifacts.Access;

/// <summary>
/// The text of a key: <c>ssfer_ID_SECRET</c>. The prefix lets scanners of repositories find a key that leaked, the id lets people
/// revoke it, and the secret is 256 random bits, which nobody guesses: that is why a plain SHA-256 of it is enough to store.
/// </summary>
public static class ApiKeySecret
{
    private const string Prefix = "ssfer_";
    private const string IdCharacters = "abcdefghijkmnpqrstuvwxyz23456789"; // none that is mistaken for another
    private const int IdLength = 8;
    private const int SecretBytes = 32;

    /// <summary>A new key.</summary>
    /// <returns>Its id, and the whole text of it.</returns>
    public static (string Id, string Key) New()
    {
        var id = RandomNumberGenerator.GetString(IdCharacters, IdLength);
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>The id within what is presented as a key; null where it cannot be one.</summary>
    public static string? IdOf(string presented)
    {
        ArgumentNullException.ThrowIfNull(presented);
        return
            presented.Length == Prefix.Length + IdLength + 1 + Base64Url.GetEncodedLength(SecretBytes)
            && presented.StartsWith(Prefix, StringComparison.Ordinal)
            && presented[Prefix.Length + IdLength] == '_'
            ? presented.Substring(Prefix.Length, IdLength)
            : null;
    }

    /// <summary>SHA-256 of the whole key, in hexadecimal.</summary>
    internal static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
