using SkiaSharp;

namespace SsFer.Cli.Drawing;

/// <summary>
/// Lettering of single strokes, so that the picture needs no font of the machine and looks the same on every one. Glyphs are SVG
/// paths on a grid in which lower-case letters are 4 high, capitals 6, the baseline is 0 and y goes down.
/// </summary>
internal static class StrokeFont
{
    private const float CapHeight = 6;
    private const float Spacing = 1.5f;
    private const float Space = 2.4f;
    private const string Bowl = "M4 -2 A2 2 0 1 1 0 -2 A2 2 0 1 1 4 -2 ";
    private const string Round = "M2.4 -6 Q4.8 -6 4.8 -3 Q4.8 0 2.4 0 Q0 0 0 -3 Q0 -6 2.4 -6 ";
    private const string Head = "M0 0 V-6 H2 Q3.8 -6 3.8 -4.4 Q3.8 -2.8 2 -2.8 H0 ";
    private const string Shortened = "..";

    /// <summary>Stands for a letter that the font does not have.</summary>
    private static readonly (float Advance, string Path) Unknown = (3.2f, "M0 0 V-5 H3.2 V0 Z");

    private static readonly Dictionary<char, (float Advance, string Path)> Glyphs = new()
    {
        ['a'] = (4, Bowl + "M4 -4 V0"),
        ['b'] = (4, Bowl + "M0 -6 V0"),
        ['c'] = (3.4f, "M3.4 -3.4 A2 2 0 1 0 3.4 -0.6"),
        ['d'] = (4, Bowl + "M4 -6 V0"),
        ['e'] = (4, "M0 -2 H4 A2 2 0 1 0 3.4 -0.6"),
        ['f'] = (2.6f, "M2.8 -6 Q1.1 -6.2 1.1 -4.4 V0 M0 -4 H2.5"),
        ['g'] = (4, Bowl + "M4 -4 V0.2 Q4 2 2 2 Q0.8 2 0.3 1.5"),
        ['h'] = (4, "M0 -6 V0 M0 -2.2 Q0 -4 2 -4 Q4 -4 4 -2.2 V0"),
        ['i'] = (0, "M0 -4 V0 M0 -5.7 V-5.6"),
        ['j'] = (1, "M1 -4 V0.6 Q1 2 -0.4 2 M1 -5.7 V-5.6"),
        ['k'] = (3.4f, "M0 -6 V0 M3.2 -4 L0 -1.5 M1.3 -2.5 L3.4 0"),
        ['l'] = (0, "M0 -6 V0"),
        ['m'] = (6, "M0 -4 V0 M0 -2.4 Q0 -4 1.6 -4 Q3 -4 3 -2.4 V0 M3 -2.4 Q3 -4 4.6 -4 Q6 -4 6 -2.4 V0"),
        ['n'] = (4, "M0 -4 V0 M0 -2.2 Q0 -4 2 -4 Q4 -4 4 -2.2 V0"),
        ['o'] = (4, Bowl),
        ['p'] = (4, Bowl + "M0 -4 V2"),
        ['q'] = (4, Bowl + "M4 -4 V2"),
        ['r'] = (2.3f, "M0 -4 V0 M0 -2 Q0.1 -4 2.3 -4"),
        ['s'] = (3.2f, "M3 -3.3 Q2.6 -4 1.6 -4 Q0.2 -4 0.2 -3 Q0.2 -2.2 1.6 -2 Q3.2 -1.8 3.2 -1 Q3.2 0 1.6 0 Q0.4 0 0 -0.7"),
        ['t'] = (2.6f, "M1.1 -5.4 V-1.2 Q1.1 0 2.6 0 M0 -4 H2.5"),
        ['u'] = (4, "M0 -4 V-1.8 Q0 0 2 0 Q4 0 4 -1.8 M4 -4 V0"),
        ['v'] = (3.6f, "M0 -4 L1.8 0 L3.6 -4"),
        ['w'] = (5.6f, "M0 -4 L1.4 0 L2.8 -4 L4.2 0 L5.6 -4"),
        ['x'] = (3.4f, "M0 -4 L3.4 0 M3.4 -4 L0 0"),
        ['y'] = (3.6f, "M0 -4 L1.8 0 M3.6 -4 L1.2 1.4 Q0.9 2 0 2"),
        ['z'] = (3.3f, "M0 -4 H3.2 L0 0 H3.3"),
        ['A'] = (4.8f, "M0 0 L2.4 -6 L4.8 0 M0.9 -2.1 H3.9"),
        ['B'] = (3.8f, "M0 0 V-6 H2 Q3.5 -6 3.5 -4.6 Q3.5 -3.2 2 -3.2 H0 M2 -3.2 Q3.8 -3.2 3.8 -1.6 Q3.8 0 2 0 H0"),
        ['C'] = (4.2f, "M4.2 -5 Q3.6 -6 2.4 -6 Q0 -6 0 -3 Q0 0 2.4 0 Q3.6 0 4.2 -1"),
        ['D'] = (4.2f, "M0 0 V-6 H1.6 Q4.2 -6 4.2 -3 Q4.2 0 1.6 0 H0"),
        ['E'] = (3.6f, "M3.6 -6 H0 V0 H3.6 M0 -3.1 H3"),
        ['F'] = (3.4f, "M3.5 -6 H0 V0 M0 -3.1 H2.8"),
        ['G'] = (4.4f, "M4.2 -5 Q3.6 -6 2.4 -6 Q0 -6 0 -3 Q0 0 2.4 0 Q4.3 0 4.3 -2.6 H2.6"),
        ['H'] = (4.2f, "M0 -6 V0 M4.2 -6 V0 M0 -3.1 H4.2"),
        ['I'] = (0, "M0 -6 V0"),
        ['J'] = (2.8f, "M2.8 -6 V-1.6 Q2.8 0 1.4 0 Q0.2 0 0 -1.2"),
        ['K'] = (4, "M0 -6 V0 M3.8 -6 L0 -2.4 M1.5 -3.8 L4 0"),
        ['L'] = (3.3f, "M0 -6 V0 H3.3"),
        ['M'] = (5.2f, "M0 0 V-6 L2.6 -2 L5.2 -6 V0"),
        ['N'] = (4.2f, "M0 0 V-6 L4.2 0 V-6"),
        ['O'] = (4.8f, Round),
        ['P'] = (3.8f, Head),
        ['Q'] = (4.8f, Round + "M3 -1.6 L4.8 0.4"),
        ['R'] = (3.8f, Head + "M1.8 -2.8 L3.8 0"),
        ['S'] = (3.8f, "M3.6 -5 Q3.2 -6 1.9 -6 Q0.2 -6 0.2 -4.5 Q0.2 -3.3 1.9 -3.05 Q3.8 -2.8 3.8 -1.5 Q3.8 0 1.9 0 Q0.4 0 0 -1.1"),
        ['T'] = (4.4f, "M0 -6 H4.4 M2.2 -6 V0"),
        ['U'] = (4.2f, "M0 -6 V-2 Q0 0 2.1 0 Q4.2 0 4.2 -2 V-6"),
        ['V'] = (4.8f, "M0 -6 L2.4 0 L4.8 -6"),
        ['W'] = (7, "M0 -6 L1.7 0 L3.5 -6 L5.3 0 L7 -6"),
        ['X'] = (4.2f, "M0 -6 L4.2 0 M4.2 -6 L0 0"),
        ['Y'] = (4.4f, "M0 -6 L2.2 -2.8 L4.4 -6 M2.2 -2.8 V0"),
        ['Z'] = (4, "M0.1 -6 H4 L0 0 H4"),
        ['0'] = (4, "M2 -6 Q4 -6 4 -3 Q4 0 2 0 Q0 0 0 -3 Q0 -6 2 -6"),
        ['1'] = (4, "M0.9 -4.8 L2.5 -6 V0"),
        ['2'] = (4, "M0.2 -4.6 Q0.4 -6 2 -6 Q3.8 -6 3.8 -4.4 Q3.8 -3.4 2.6 -2.2 L0 0 H4"),
        ['3'] = (4, "M0.2 -5.2 Q0.8 -6 2 -6 Q3.7 -6 3.7 -4.6 Q3.7 -3.2 1.6 -3.2 Q4 -3.2 4 -1.6 Q4 0 2 0 Q0.6 0 0 -0.9"),
        ['4'] = (4, "M3 0 V-6 L0 -1.7 H4"),
        ['5'] = (4, "M3.6 -6 H0.6 L0.3 -3.3 Q1 -3.9 2 -3.9 Q4 -3.9 4 -2 Q4 0 2 0 Q0.6 0 0 -0.8"),
        ['6'] = (4, "M3.4 -5.4 Q2.9 -6 2.1 -6 Q0 -6 0 -2.4 Q0 0 2 0 Q4 0 4 -1.9 Q4 -3.7 2 -3.7 Q0 -3.7 0 -2"),
        ['7'] = (4, "M0 -6 H4 L1.4 0"),
        ['8'] = (
            4,
            "M2 -3.2 Q0.3 -3.2 0.3 -4.6 Q0.3 -6 2 -6 Q3.7 -6 3.7 -4.6 Q3.7 -3.2 2 -3.2 Q0 -3.2 0 -1.6 Q0 0 2 0 Q4 0 4 -1.6 Q4 -3.2 2 -3.2"
        ),
        ['9'] = (4, "M0.6 -0.6 Q1.1 0 1.9 0 Q4 0 4 -3.6 Q4 -6 2 -6 Q0 -6 0 -4.1 Q0 -2.3 2 -2.3 Q4 -2.3 4 -4"),
        ['.'] = (0, "M0 -0.1 V0"),
        [','] = (0.5f, "M0.5 -0.2 L0 1.1"),
        [':'] = (0, "M0 -0.1 V0 M0 -3.1 V-3"),
        [';'] = (0.5f, "M0.5 -0.2 L0 1.1 M0.4 -3.1 V-3"),
        ['_'] = (4, "M0 0.8 H4"),
        ['('] = (1.4f, "M1.4 -6.6 Q-1 -2.6 1.4 1.2"),
        [')'] = (1.4f, "M0 -6.6 Q2.4 -2.6 0 1.2"),
        ['/'] = (3, "M0 0.6 L3 -6.4"),
        ['+'] = (3.6f, "M0 -2.3 H3.6 M1.8 -4.1 V-0.5"),
        ['-'] = (2.4f, "M0 -2.2 H2.4"),
        ['='] = (3.4f, "M0 -3 H3.4 M0 -1.5 H3.4"),
        ['%'] = (5, "M4.6 -6 L0.4 0 M2 -4.8 A1 1.2 0 1 1 0 -4.8 A1 1.2 0 1 1 2 -4.8 M5 -1.2 A1 1.2 0 1 1 3 -1.2 A1 1.2 0 1 1 5 -1.2"),
        ['\u03BA'] = (3.2f, "M0 -4 V0 M3 -4 L0 -1.8 M1.1 -2.6 L3.2 0"),
        ['\u03BB'] = (3.6f, "M0 -6 Q1.1 -6.1 1.6 -4.7 L3.6 0 M2.1 -3.3 L0.1 0"),
    };

    /// <summary>Width of a line in pixels.</summary>
    /// <param name="text">Letters that the font does not have are drawn as boxes.</param>
    /// <param name="height">Of capitals, in pixels.</param>
    public static float Width(string text, float height) => (text.Sum(Advance) - Spacing) * height / CapHeight;

    /// <summary>The line, or as much of its end as fits into a width; names of pictures differ at their end.</summary>
    public static string Fit(string text, float height, float width)
    {
        if (Width(text, height) <= width)
        {
            return text;
        }

        var from = 1;
        while (from < text.Length && Width(Shortened + text[from..], height) > width)
        {
            from++;
        }

        return Shortened + text[from..];
    }

    /// <summary>Writes a line of capitals of this height; it starts at the left end of its baseline.</summary>
    public static void Write(SKCanvas canvas, string text, SKPoint start, float height, SKColor color, float weight = 0.11f)
    {
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
            Color = color,
            StrokeWidth = weight * CapHeight,
        };
        canvas.Save();
        canvas.Translate(start);
        canvas.Scale(height / CapHeight);
        foreach (var letter in text)
        {
            if (letter != ' ')
            {
                using var path = SKPath.ParseSvgPathData(Glyph(letter).Path);
                canvas.DrawPath(path, paint);
            }

            canvas.Translate(Advance(letter), 0);
        }

        canvas.Restore();
    }

    private static float Advance(char letter) => letter == ' ' ? Space : Glyph(letter).Advance + Spacing;

    private static (float Advance, string Path) Glyph(char letter) => Glyphs.GetValueOrDefault(letter, Unknown);
}
