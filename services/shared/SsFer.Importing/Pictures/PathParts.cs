using SsFer.Importing.Text;

namespace SsFer.Importing.Pictures;

/// <summary>Paths as archives, folders and tables of any system write them.</summary>
internal static class PathParts
{
    /// <summary>
    /// The folders and the file's name, each as it looks: without drive, leading slashes, empty parts and dots. <c>..</c> leads back
    /// out of a folder, but never out of where the path begins; dots and spaces at the end of a folder go, as Windows drops them.
    /// </summary>
    public static string[] Of(string path)
    {
        var parts = new List<string>();
        var all = path.Split('/', '\\');
        for (var i = 0; i < all.Length; i++)
        {
            var part = Spelling.Clean(all[i]);
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
                continue;
            }

            part = i < all.Length - 1 || part == "." ? part.TrimEnd('.', ' ') : part;
            if (part.Length > 0 && !part.EndsWith(':'))
            {
                parts.Add(part);
            }
        }

        return [.. parts];
    }
}
