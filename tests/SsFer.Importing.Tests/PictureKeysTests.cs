using CsCheck;

namespace SsFer.Importing.Tests;

public sealed class PictureKeysTests
{
    [Theory]
    [InlineData("fer0000000.png", "fer0000000")]
    [InlineData("Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee-Ann_Lee_0001")]
    [InlineData("a.b/c.d.jpg", "a_b-c_d")]
    [InlineData("../../etc/passwd.png", "etc-passwd")]
    [InlineData("/srv/x.png", "srv-x")]
    public void Next_Name_BecomesAPlainKey(string name, string key) => Assert.Equal(key, new PictureKeys().Next("a.zip", name));

    [Fact]
    public void Next_NamesThatFallTogether_StayApart()
    {
        var keys = new PictureKeys();

        string[] given =
        [
            keys.Next("a.zip", "x/1.png"),
            keys.Next("a.zip", "x/1.jpg"),
            keys.Next("a.zip", "x-1.png"),
            keys.Next("b.zip", "x/1.png"),
            keys.Next("b.zip", "x/1.png"),
        ];

        Assert.Equal("x-1", given[0]);
        Assert.Equal(5, given.Distinct().Count());
    }

    [Fact]
    public void Next_AnyName_IsShortSafeUniqueAndRepeatable() =>
        Gen
            .String.Array[1, 20]
            .Sample(names =>
            {
                var (keys, again) = (new PictureKeys(), new PictureKeys());
                var given = names.Select(name => keys.Next("a.zip", name)).ToList();
                Assert.All(given, key =>
                    Assert.True(key.Length is > 0 and <= 80 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
                );
                Assert.Equal(given.Count, given.Distinct().Count());
                Assert.Equal(given, names.Select(name => again.Next("a.zip", name)));
            });

    [Fact]
    public void Next_VeryLongName_IsCutAndTold()
    {
        var keys = new PictureKeys();

        var (a, b) = (keys.Next("a.zip", new string('x', 300) + "a.png"), keys.Next("a.zip", new string('x', 300) + "b.png"));

        Assert.Equal((80, 80), (a.Length, b.Length));
        Assert.NotEqual(a, b);
    }
}
