using Microsoft.Extensions.Configuration;
using SsFer.Inference.Keeping;

namespace SsFer.Inference.Tests.Keeping;

public sealed class KeepingRulesTests
{
    private const string Folder = "folder:/data";
    private const string Azure = "https://account.blob.core.windows.net/";

    [Theory]
    [InlineData("Production", Azure, false)]
    [InlineData("Production", Folder, true)]
    [InlineData("Development", Folder, false)]
    public void Keeping_WhereTheStoreIsFitForIt_IsTaken(string environment, string store, bool allowFolder) =>
        Assert.Null(FaultOf(environment, store, new KeepOptions { Enabled = true, AllowFolder = allowFolder }));

    [Fact]
    public void Keeping_InAFolderInProduction_IsRefusedWithTheCure() =>
        Assert.Equal(
            "Inference:Keep:Enabled is true and the store is a folder, which encrypts nothing: keep pictures in Azure Storage, or, "
                + "where the folder's disk is encrypted, set Inference:Keep:AllowFolder to true",
            FaultOf("Production", Folder, new KeepOptions { Enabled = true })
        );

    [Fact]
    public void Keeping_WithoutAStore_IsRefused() =>
        Assert.StartsWith(
            "Inference:Keep:Enabled is true and there is no store to keep pictures in",
            FaultOf("Development", store: null, new KeepOptions { Enabled = true }),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("Production", Folder)]
    [InlineData("Development", null)]
    public void Keeping_ThatIsOff_IsNotAskedAbout(string environment, string? store) =>
        Assert.Null(FaultOf(environment, store, new KeepOptions()));

    private static string? FaultOf(string environment, string? store, KeepOptions keep)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:blobs", store)])
            .Build();
        return new KeepingRules(new Surroundings(environment), configuration)
            .Validate(null, new InferenceOptions { Keep = keep })
            .Failures?.Single();
    }
}
