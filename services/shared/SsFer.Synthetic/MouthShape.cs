namespace SsFer.Synthetic;

/// <summary>
/// The mouth as its opening: heights of the corners, the middle and half-way between; closed where the two lips meet.
/// </summary>
internal readonly record struct MouthShape
{
    public required double HalfWidth { get; init; }

    public required double Corners { get; init; }

    public required double Top { get; init; }

    public required double TopSide { get; init; }

    public required double Bottom { get; init; }

    public required double BottomSide { get; init; }

    public required double LipWidth { get; init; }

    public required bool IsOpen { get; init; }

    public static MouthShape Of(FaceTraits traits, ActionUnits units)
    {
        var width =
            traits.MouthWidth
            * (
                1
                + 0.32 * units.LipCornerPull
                + 0.35 * units.LipStretch
                - 0.16 * units.LipTighten
                - 0.38 * Math.Max(0, units.JawDrop - units.LipStretch - units.LipCornerPull)
                - 0.1 * units.UpperLipRaise
            );
        var open = 0.14 * units.LipsPart + 0.32 * units.JawDrop + 0.05 * units.UpperLipRaise * units.LipsPart;
        var level = traits.MouthHeight + 0.02 * units.LipCornerPull;
        var corners = level - 0.16 * units.LipCornerPull + 0.16 * units.LipCornerDepress + 0.25 * open;
        var top = level - 0.1 * open + 0.04 * units.LipCornerPull - 0.07 * units.LipCornerDepress - 0.09 * units.UpperLipRaise;
        var bottom = top + open + 0.02;
        // A pulled mouth is round at its sides, a stretched or tight one square.
        var square = Math.Min(
            0.75,
            0.35 + 0.4 * units.LipStretch + 0.4 * units.LipTighten + 0.3 * units.UpperLipRaise + 0.4 * units.JawDrop
        );
        return new MouthShape
        {
            HalfWidth = width,
            Corners = corners,
            Top = top,
            TopSide = FacePoints.Between(corners, top, 0.35 + square * 0.6),
            Bottom = bottom,
            BottomSide = FacePoints.Between(corners, bottom, 0.35 + square * 0.6),
            LipWidth = 0.095 * (1 - 0.45 * Math.Min(1, units.LipTighten)),
            IsOpen = open > 0.045,
        };
    }
}
