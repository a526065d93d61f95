using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands;

/// <summary>A file that a command writes at its end.</summary>
internal static class OutputFile
{
    /// <summary>Says before the work, not after it, that the file cannot be.</summary>
    /// <param name="file">As it was typed.</param>
    /// <param name="what">What goes into it, with its article.</param>
    /// <param name="option">The option that names it.</param>
    /// <exception cref="UsageException">It is a folder, or lies in one that does not exist.</exception>
    public static void Check(string file, string what, string option)
    {
        if (Path.GetFileName(file).Length == 0 || Directory.Exists(file))
        {
            throw new UsageException($"{what} cannot be written to '{file}', which is no name of a file: name one with {option}");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder))
        {
            throw new UsageException(
                $"{what} cannot be written to '{file}': the folder '{folder}' does not exist, create it or name another file with {option}"
            );
        }
    }
}
