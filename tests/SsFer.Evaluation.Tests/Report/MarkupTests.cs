using System.Net;
using CsCheck;
using SsFer.Evaluation.Report;

namespace SsFer.Evaluation.Tests.Report;

public sealed class MarkupTests
{
    [Fact]
    public void Text_ThatIsFilledIn_IsEscaped_AndMarkupIsNot()
    {
        var inner = Markup.Of($"<b>{"1 < 2 & \"3\""}</b>");

        Assert.Equal("<p><b>1 &lt; 2 &amp; &quot;3&quot;</b> 0.50</p>", Markup.Of($"<p>{inner} {0.5:0.00}</p>").ToString());
    }

    [Fact]
    public void Nothing_FilledIn_IsNothing() => Assert.Equal("<i></i>", Markup.Of($"<i>{(string?)null}{Markup.Empty}</i>").ToString());

    [Fact]
    public void AnyText_FilledIn_CanBreakNeitherElementNorAttribute_AndReadsTheSame() =>
        Gen.String.Sample(text =>
        {
            var escaped = Markup.Of($"{text}").ToString();
            return !escaped.AsSpan().ContainsAny("<>\"'") && (text.Any(char.IsSurrogate) || WebUtility.HtmlDecode(escaped) == text);
        });
}
