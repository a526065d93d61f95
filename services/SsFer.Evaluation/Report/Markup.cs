using System.Globalization;
using System.Text.Encodings.Web;

namespace SsFer.Evaluation.Report;

/// <summary>
/// A piece of HTML. Text gets into it only through <see cref="Of"/>, which escapes whatever is filled in that is not itself markup: no
/// name or label can break the page.
/// </summary>
internal readonly record struct Markup
{
    private readonly string? _text;

    private Markup(string text) => _text = text;

    public static Markup Empty { get; }

    /// <summary>The template's own text as it stands, numbers in the invariant culture.</summary>
    public static Markup Of(FormattableString template) => new(template.ToString(Escaping.Instance));

    /// <summary>Needs no escaping; the encoder would make an entity of every plus sign.</summary>
    public static Markup Base64(ReadOnlySpan<byte> bytes) => new(Convert.ToBase64String(bytes));

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.ToString())));

    public override string ToString() => _text ?? "";

    private sealed class Escaping : IFormatProvider, ICustomFormatter
    {
        public static Escaping Instance { get; } = new();

        public object? GetFormat(Type? formatType) =>
            formatType == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(formatType!);

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) =>
            arg switch
            {
                Markup markup => markup.ToString(),
                IFormattable value => HtmlEncoder.Default.Encode(value.ToString(format, CultureInfo.InvariantCulture)),
                _ => HtmlEncoder.Default.Encode(arg?.ToString() ?? ""),
            };
    }
}
