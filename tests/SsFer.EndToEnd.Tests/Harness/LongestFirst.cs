using SsFer.EndToEnd.Tests.Drills;
using SsFer.EndToEnd.Tests.Harness;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace SsFer.EndToEnd.Tests.Harness;

/// <summary>The stage of minutes begins at once, and lasts while the others run instead of after them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections.OrderByDescending(tests =>
                tests.TestCollectionDisplayName.Contains(nameof(LongStageDrill), StringComparison.Ordinal)
            ),
        ];
}
