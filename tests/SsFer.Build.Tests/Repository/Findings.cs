namespace SsFer.Build.Tests.Repository;

/// <summary>What a test of the repository found, all of it, one a line: a list that an assertion cuts off is of no use here.</summary>
internal static class Findings
{
    public static void AssertNone(IEnumerable<string> findings)
    {
        var found = findings.ToList();
        Assert.True(found.Count == 0, $"{found.Count} found:\n{string.Join('\n', found)}");
    }
}
