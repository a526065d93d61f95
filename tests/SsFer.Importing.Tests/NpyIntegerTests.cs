using CsCheck;
using SsFer.Importing.AffectNet;

namespace SsFer.Importing.Tests;

public sealed class NpyIntegerTests
{
    // As numpy.save writes numpy.array(7, dtype).
    [Theory]
    [InlineData("|u1", "07")]
    [InlineData("|i1", "07")]
    [InlineData("<i4", "07000000")]
    [InlineData(">i4", "00000007")]
    [InlineData("<u2", "0700")]
    [InlineData("<i8", "0700000000000000")]
    [InlineData("<f4", "0000E040")]
    [InlineData("<f8", "0000000000001C40")]
    [InlineData("<U1", "37000000")]
    [InlineData("<U2", "3700000000000000")]
    [InlineData(">U1", "00000037")]
    [InlineData("|S1", "37")]
    public void Parse_EveryPlainType_GivesTheNumber(string descr, string value) =>
        Assert.Equal(7, NpyInteger.Parse(Workbench.Npy(descr, Convert.FromHexString(value))));

    [Theory]
    [InlineData("(1,)")]
    [InlineData("(1, 1)")]
    public void Parse_OneElementArray_GivesTheNumber(string shape) => Assert.Equal(7, NpyInteger.Parse(Workbench.Npy("|u1", [7], shape)));

    [Theory]
    [InlineData("|O", "80034B072E", "()", "never a pickled object")]
    [InlineData("|u1", "0707", "(2,)", "one plain value")]
    [InlineData("<i4", "0700", "()", "should hold 4 bytes")]
    [InlineData("<f4", "00006040", "()", "no whole number")]
    [InlineData("<U1", "78000000", "()", "no number")]
    public void Parse_AnythingElse_IsRefused(string descr, string value, string shape, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<FormatException>(() => NpyInteger.Parse(Workbench.Npy(descr, Convert.FromHexString(value), shape))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Parse_DamagedFile_ThrowsNothingButFormatException() =>
        Gen.Select(Gen.Int[0, 130], Gen.Byte, Gen.Int[0, 132])
            .Sample(
                (at, value, length) =>
                {
                    var file = Workbench.Npy("<i4", [7, 0, 0, 0]);
                    file[at % file.Length] = value;
                    try
                    {
                        NpyInteger.Parse(file.AsSpan(0, Math.Min(length, file.Length)));
                    }
                    catch (FormatException)
                    {
                        // What the callers expect.
                    }
                }
            );
}
