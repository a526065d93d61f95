namespace SsFer.Testing.Browsers;

/// <summary>What tests leave for people to look at: <c>artifacts/system-tests</c> of the repository.</summary>
internal static class KeptFiles
{
    private static readonly string Folder = Path.Combine(
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.FullName, // artifacts/bin/PROJECT/release
        "system-tests"
    );

    /// <summary>Where a file of this name lies, whatever was there before.</summary>
    public static string PathOf(string name) => Path.Combine(Directory.CreateDirectory(Folder).FullName, name);
}
