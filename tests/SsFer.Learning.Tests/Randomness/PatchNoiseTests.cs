using SsFer.Learning.Randomness;

namespace SsFer.Learning.Tests.Randomness;

public sealed class PatchNoiseTests
{
    // By Python's integers from the definition in the docstring.
    [Theory]
    [InlineData(0, 0, 0, 0, 0x423477d0)]
    [InlineData(0, 0, 0, 1, 0x1807c014)]
    [InlineData(42, 3, 1_000_000, 195, 0xe3ef7384)]
    [InlineData(ulong.MaxValue, 599, 1_199_999, 35, 0x8ebd6b12)]
    public void Hash_GivenKey_IsTheDocumentedValue(ulong seed, long epoch, long sample, int patch, uint expected) =>
        Assert.Equal(expected, PatchNoise.Hash(seed, epoch, sample, patch));

    [Fact]
    public void Hash_ByMaskedSigned64BitSteps_IsTheSame()
    {
        // The steps as a device would do them on int64 tensors: checked, so that an overflow would throw.
        for (var patch = 0; patch < 1000; patch++)
        {
            long h = 0;
            foreach (var word in new[] { 0xDEADBEEF, 0x89ABCDEF, 77, 31_415, (long)patch })
            {
                checked
                {
                    h = ((h ^ word) + 0x9E3779B9) & 0xFFFFFFFF;
                    h = ((h ^ (h >> 16)) * 0x21F0AAAD) & 0xFFFFFFFF;
                    h = ((h ^ (h >> 15)) * 0x735A2D97) & 0xFFFFFFFF;
                    h ^= h >> 15;
                }
            }
            Assert.Equal((uint)h, PatchNoise.Hash(0x89ABCDEF_DEADBEEF, 77, 31_415, patch));
        }
    }
}
