namespace SsFer.LocalServers;

/// <summary>A service of the system as the build leaves it: in a folder beside that of this program, in the same configuration.</summary>
public static class BuiltService
{
    /// <param name="project">Its name, such as <c>SsFer.Console</c>.</param>
    /// <exception cref="FileNotFoundException">It is not built.</exception>
    public static string PathOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build the solution first", path);
    }
}
