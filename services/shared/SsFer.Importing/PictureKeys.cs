using System.Security.Cryptography;
using System.Text;
using SsFer.Artifacts.Datasets;
using SsFer.Importing.Pictures;

namespace SsFer.Importing;

/// <summary>
/// Gives every picture of one import a key of its own, made of letters, digits, <c>_</c> and <c>-</c> only: a name from an archive
/// can then never reach out of a folder, break a tar entry, or be cut in two at a dot (the WebDataset convention ends a key at the
/// first one).
/// </summary>
internal sealed class PictureKeys
{
    private const int Longest = 80; // a tar header holds names of 100 bytes
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>
    /// A key that begins with the rank of the split. Of pictures with the same pixels the one with the smallest key counts as the
    /// original: so it is always the one in train, and leaving out duplicates rids a validation or test split of everything that
    /// training has seen.
    /// </summary>
    public string Next(SourceFile file, string split)
    {
        var rank = split switch
        {
            DatasetSplit.Train => 0,
            DatasetSplit.Validation => 1,
            _ => 2,
        };
        return Next(Path.GetFileName(file.Source.Location), $"{rank}/{file.Entry.Name}");
    }

    /// <summary>
    /// A key for <paramref name="name"/> in <paramref name="location"/>; where the plain one is taken or says too little, a hash of
    /// both tells them apart.
    /// </summary>
    public string Next(string location, string name)
    {
        var dot = name.LastIndexOf('.');
        var stem = dot > name.LastIndexOf('/') + 1 ? name[..dot] : name;
        var parts = stem.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ("." or ".."));
        var plain = string.Join(
            '-',
            parts.Select(part => string.Concat(part.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_')))
        );
        if (plain.Length is > 0 and <= Longest && stem.All(char.IsAscii) && _taken.Add(plain))
        {
            return plain;
        }

        for (var attempt = 0; ; attempt++)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{location}\n{name}\n{attempt}")))[..12];
            var key = $"{plain[..Math.Min(plain.Length, Longest - 13)]}-{hash}".TrimStart('-');
            if (_taken.Add(key))
            {
                return key;
            }
        }
    }
}
