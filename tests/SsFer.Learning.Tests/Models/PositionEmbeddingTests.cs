using SsFer.Learning.Models;
using SsFer.Learning.Tests.Golden;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Models;

public sealed class PositionEmbeddingTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(14)]
    public void Interpolate_ToASmallerOrLargerGrid_EqualsPyTorch(int grid)
    {
        using var scope = NewDisposeScope();

        ParityNumbers.AssertClose($"positions.to{grid}", PositionEmbedding.Interpolate(ParityNumbers.Get("positions.from6"), grid));
    }

    [Fact]
    public void Interpolate_ToTheSameGrid_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var table = ParityNumbers.Get("positions.from6");

        Assert.True(PositionEmbedding.Interpolate(table, 6).equal(table).all().item<bool>());
    }

    [Fact]
    public void Interpolate_OfATableThatIsNoSquare_NamesItsShape()
    {
        using var scope = NewDisposeScope();

        var fault = Assert.Throws<ArgumentException>(() => PositionEmbedding.Interpolate(zeros(1, 13, 8), 4));

        Assert.Contains("[1, 13, 8]", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 4)]
    [InlineData(64, 6)]
    public void SinCos_EqualsMaesTable(int width, int grid)
    {
        using var scope = NewDisposeScope();

        ParityNumbers.AssertClose(
            $"positions.sinCos.{width}x{grid}",
            tensor(PositionEmbedding.SinCos(width, grid), [1, 1 + (grid * grid), width])
        );
    }
}
