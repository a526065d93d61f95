using System.Reflection;

namespace SsFer.Build.Tests.Repository;

/// <summary>The files of the repository that these tests were built from, by their path from its root, with forward slashes.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folders that hold sources and documents; what else lies at the root is built or is somebody's data.</summary>
    private static readonly string[] Folders = ["SsFer.AppHost", "SsFer.ServiceDefaults", "docs", "infra", "services", "tests"];

    private static readonly string[] BuiltFolders = ["artifacts", "bin", "node_modules", "obj"];

    public static string Root { get; } =
        typeof(RepositoryFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Repository").Value!;

    /// <param name="extension">With its dot: <c>.cs</c>.</param>
    public static IEnumerable<string> WithExtension(string extension) =>
        Directory
            .EnumerateFiles(Root, $"*{extension}")
            .Concat(Folders.SelectMany(folder => In(Path.Combine(Root, folder), extension)))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>C# of the product, not of its tests.</summary>
    public static IEnumerable<string> ProductSources() =>
        WithExtension(".cs").Where(file => !file.StartsWith("tests/", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private static IEnumerable<string> In(string folder, string extension) =>
        Directory
            .EnumerateFiles(folder, $"*{extension}")
            .Concat(
                Directory
                    .EnumerateDirectories(folder)
                    .Where(child => !BuiltFolders.Contains(Path.GetFileName(child)))
                    .SelectMany(child => In(child, extension))
            );
}
