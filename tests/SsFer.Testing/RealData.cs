using Xunit;

namespace SsFer.Testing;

/// <summary>The public sets under SSFER_TEST_DATA; a test that asks for them is skipped where they are not.</summary>
public static class RealData
{
    private const string Variable = "SSFER_TEST_DATA";

    /// <summary>Absolute, since programs that a test starts look from folders of their own.</summary>
    public static string Folder => FolderOf(Environment.GetEnvironmentVariable(Variable)) is { } folder ? folder : throw Skipped();

    /// <summary>Whether there are such sets, for tests that prefer them and do without.</summary>
    public static bool IsThere => FolderOf(Environment.GetEnvironmentVariable(Variable)) is not null;

    /// <summary>The absolute path of what the variable says; null where it says nothing.</summary>
    public static string? FolderOf(string? value) => string.IsNullOrEmpty(value) ? null : Path.GetFullPath(value);

    private static InvalidOperationException Skipped()
    {
        Assert.Skip($"needs {Variable}");
        return new InvalidOperationException(Variable);
    }
}
