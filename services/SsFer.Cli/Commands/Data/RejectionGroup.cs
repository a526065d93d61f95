using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;

namespace SsFer.Cli.Commands.Data;

/// <summary>Pictures that were left out for one reason.</summary>
/// <param name="Reason">In the words of the first; where they differ in names and numbers alone, those are left open.</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">The first of them.</param>
internal sealed partial record RejectionGroup(string Reason, int Count, IReadOnlyList<RejectedItem> Examples)
{
    private const int ShownExamples = 3;

    /// <summary>The most frequent reason first.</summary>
    public static IReadOnlyList<RejectionGroup> Of(IReadOnlyList<RejectedItem> rejected) =>
        [
            .. rejected
                .GroupBy(item => Details().Replace(item.Reason, "..."), StringComparer.Ordinal)
                .Select(group => new RejectionGroup(
                    group.All(item => item.Reason == group.First().Reason) ? group.First().Reason : group.Key,
                    group.Count(),
                    [.. group.Take(ShownExamples)]
                ))
                .OrderByDescending(group => group.Count)
                .ThenBy(group => group.Reason, StringComparer.Ordinal),
        ];

    [GeneratedRegex(@"'[^']*'|\(?-?[0-9][0-9.,()\- ]*[0-9]\)?|[0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex Details();
}
