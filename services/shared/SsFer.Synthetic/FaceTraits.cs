using SkiaSharp;

namespace SsFer.Synthetic;

internal enum HairStyle
{
    None,
    Cropped,
    Parted,
    Fringe,
    Bob,
    Long,
    Curls,
    Bun,
}

internal enum Beard
{
    None,
    Stubble,
    Full,
    Moustache,
}

/// <summary>Who a face is, and in which light: all that has nothing to do with its expression.</summary>
internal sealed record FaceTraits
{
    private static readonly uint[] Skins = [0xF9DCC4, 0xF3C9A5, 0xE8B48C, 0xDBA076, 0xC68B5F, 0xA9714B, 0x8A5A3B, 0x6B4430, 0x50322A];
    private static readonly uint[] Hairs =
    [
        0x1C1714,
        0x2E211B,
        0x4A3222,
        0x6B4526,
        0x8F5F2E,
        0xB98545,
        0xD9B36A,
        0xA8472A,
        0x9A9A9C,
        0xD8D6D2,
    ];
    private static readonly uint[] Irises = [0x4A2F1D, 0x6B4423, 0x7D6B3A, 0x4F7A4A, 0x4C86A8, 0x6E7F8C];
    private static readonly HairStyle[] Styles =
    [
        HairStyle.None,
        HairStyle.Cropped,
        HairStyle.Cropped,
        HairStyle.Parted,
        HairStyle.Parted,
        HairStyle.Fringe,
        HairStyle.Bob,
        HairStyle.Long,
        HairStyle.Long,
        HairStyle.Curls,
        HairStyle.Bun,
    ];

    public required SKColor Skin { get; init; }

    public required SKColor Hair { get; init; }

    public required SKColor Iris { get; init; }

    public required SKColor Lips { get; init; }

    public required SKColor Shirt { get; init; }

    public required SKColor Frames { get; init; }

    public required HairStyle Style { get; init; }

    public required Beard Beard { get; init; }

    public required bool Glasses { get; init; }

    public required bool RoundGlasses { get; init; }

    public required bool Freckles { get; init; }

    public required bool Earrings { get; init; }

    /// <summary>Which side hair is parted on: -1 or 1.</summary>
    public required int Parting { get; init; }

    /// <summary>Half width of the head at the cheeks, and of the jaw; in units of half the head's height.</summary>
    public required double Width { get; init; }

    public required double Jaw { get; init; }

    /// <summary>Half the distance of the eyes, their size and the height of the brows above them, by the same measure.</summary>
    public required double EyeDistance { get; init; }

    public required double EyeSize { get; init; }

    public required double BrowHeight { get; init; }

    /// <summary>Stroke width of the brows by the same measure.</summary>
    public required double BrowWidth { get; init; }

    public required double MouthWidth { get; init; }

    public required double MouthHeight { get; init; }

    public required double NoseLength { get; init; }

    public required double NoseWidth { get; init; }

    /// <summary>Of the iris from its middle, by its radius.</summary>
    public required SKPoint Gaze { get; init; }

    public static FaceTraits Draw(FaceRandom random)
    {
        var skin = Jitter(Color(random.Pick<uint>(Skins)), random, 5);
        var longHair = random.Chance(0.5);
        var style = random.Pick<HairStyle>(Styles);
        var bearded = style is not (HairStyle.Bob or HairStyle.Long or HairStyle.Bun) && random.Chance(0.4);
        return new FaceTraits
        {
            Skin = skin,
            Hair = Jitter(Color(random.Pick<uint>(Hairs)), random, 8),
            Iris = Color(random.Pick<uint>(Irises)),
            Lips = skin.Towards(Jitter(Color(0xB03A48), random, 20), random.Next(0.3, longHair && !bearded ? 0.85 : 0.5)),
            Shirt = SKColor.FromHsv((float)random.Next(0, 360), (float)random.Next(20, 75), (float)random.Next(30, 90)),
            Frames = random.Chance(0.6) ? Color(0x22201F) : SKColor.FromHsv((float)random.Next(0, 360), 60, 55),
            Style = style,
            Beard = bearded ? random.Pick<Beard>([Beard.Stubble, Beard.Full, Beard.Moustache]) : Beard.None,
            Glasses = random.Chance(0.15),
            RoundGlasses = random.Chance(0.5),
            Freckles = random.Chance(0.12),
            Earrings = random.Chance(0.15),
            Parting = random.Chance(0.5) ? 1 : -1,
            Width = random.Next(0.68, 0.80),
            Jaw = random.Next(0.44, 0.58),
            EyeDistance = random.Next(0.34, 0.38),
            EyeSize = random.Next(0.19, 0.225),
            BrowHeight = random.Next(0.29, 0.34),
            BrowWidth = random.Next(0.07, 0.11),
            MouthWidth = random.Next(0.29, 0.36),
            MouthHeight = random.Next(0.51, 0.58),
            NoseLength = random.Next(0.20, 0.28),
            NoseWidth = random.Next(0.10, 0.15),
            Gaze = new SKPoint((float)random.Around(0.16), (float)random.Around(0.1)),
        };
    }

    private static SKColor Color(uint rgb) => new(0xFF00_0000 | rgb);

    private static SKColor Jitter(SKColor color, FaceRandom random, double deviation)
    {
        byte Near(byte value) => (byte)Math.Clamp(value + random.Around(deviation), 0, 255);
        return new SKColor(Near(color.Red), Near(color.Green), Near(color.Blue));
    }
}

internal static class ColorMixing
{
    extension(SKColor color)
    {
        /// <summary>The colour moved by a share of the way to another.</summary>
        public SKColor Towards(SKColor other, double share)
        {
            byte Mix(byte from, byte to) => (byte)Math.Clamp(from + (to - from) * share, 0, 255);
            return new SKColor(Mix(color.Red, other.Red), Mix(color.Green, other.Green), Mix(color.Blue, other.Blue), color.Alpha);
        }

        public SKColor Darker(double share) => color.Towards(SKColors.Black, share);

        public SKColor Lighter(double share) => color.Towards(SKColors.White, share);

        public SKColor Opaque(double share) => color.WithAlpha((byte)Math.Clamp(255 * share, 0, 255));
    }
}
