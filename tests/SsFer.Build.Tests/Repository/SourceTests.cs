using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SsFer.Build.Tests.Repository;

/// <summary>Rules of the house that neither the compiler nor the formatter holds.</summary>
public sealed class SourceTests
{
    private const int LongestLine = 140;
    private const int MostParameters = 6;

    [Fact]
    public void Lines_OfAllSources_FitIn140Columns()
    {
        var longer = RepositoryFiles
            .WithExtension(".cs")
            .SelectMany(file =>
                RepositoryFiles
                    .Read(file)
                    .Split('\n')
                    .Index()
                    .Where(line => line.Item.TrimEnd('\r').Length > LongestLine)
                    .Select(line => $"{file}:{line.Index + 1} has {line.Item.TrimEnd('\r').Length} columns")
            );

        Findings.AssertNone(longer);
    }

    /// <summary>So that what would replace it is known to the file.</summary>
    [Fact]
    public void MassTransit_IsNamedWhereTheDecisionSaysAlone()
    {
        const string Decision = "infra/decisions/0017-masstransit-until-it-ends.md";
        var said = RepositoryFiles.Read(Decision);

        var named = RepositoryFiles
            .ProductSources()
            .Where(file => RepositoryFiles.Read(file).Contains("using MassTransit", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(named);
        Findings.AssertNone(
            named.Where(file => !said.Contains($"(../../{file})", StringComparison.Ordinal)).Select(file => $"{file} is not in {Decision}")
        );
        Assert.Equal(named.Count, said.Split("(../../").Length - 1);
    }

    [Fact]
    public void Parameters_OfMethodsAndConstructorsOfTheProduct_AreSixAtMost()
    {
        var longer = RepositoryFiles
            .ProductSources()
            .AsParallel()
            .SelectMany(file => LongLists(file).Select(list => $"{Path.GetDirectoryName(file)!.Replace('\\', '/')}: {list}"))
            .Order(StringComparer.Ordinal)
            .ToList();

        Findings.AssertNone(longer);
    }

    [Theory]
    [InlineData("class A { void B(int a, int b, int c, int d, int e, int f) { } }", 0)]
    [InlineData("class A { void B(int a, int b, int c, int d, int e, int f, int g) { } }", 1)]
    [InlineData("class A { A(int a, int b, int c, int d, int e, int f, int g) { } }", 1)]
    [InlineData("class A(int a, int b, int c, int d, int e, int f, int g);", 1)]
    [InlineData("record struct A(int B, int C, int D, int E, int F, int G, int H);", 1)]
    [InlineData("delegate void A(int a, int b, int c, int d, int e, int f, int g);", 1)]
    [InlineData("class A { void B() { void C(int a, int b, int c, int d, int e, int f, int g) { } } }", 1)]
    public void LongLists_OfEachKindOfDeclaration_AreFound(string source, int count) =>
        Assert.Equal(
            count,
            LongLists(CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)).Count()
        );

    private static IEnumerable<string> LongLists(string file) => LongLists(CSharpSyntaxTree.ParseText(RepositoryFiles.Read(file)));

    private static IEnumerable<string> LongLists(SyntaxTree tree) =>
        tree.GetRoot()
            .DescendantNodes()
            .OfType<ParameterListSyntax>()
            .Where(list => list.Parameters.Count > MostParameters)
            .Select(list => $"{NameOf(list.Parent)} has {list.Parameters.Count}");

    private static string NameOf(SyntaxNode? declaration) =>
        declaration switch
        {
            MethodDeclarationSyntax method => $"{NameOf(method.Parent)}.{method.Identifier}",
            ConstructorDeclarationSyntax constructor => $"{constructor.Identifier}",
            LocalFunctionStatementSyntax function => $"{function.Identifier}",
            DelegateDeclarationSyntax type => $"{type.Identifier}",
            TypeDeclarationSyntax type => $"{type.Identifier}",
            _ => $"{declaration?.Kind()}",
        };
}
