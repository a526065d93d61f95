namespace SsFer.Synthetic;

/// <summary>
/// How far each part of a face is moved, from 0 (at rest) to about 1: action units of the Facial Action Coding System (Ekman and
/// Friesen 1978), by the numbers given here.
/// </summary>
internal sealed record ActionUnits
{
    /// <summary>1</summary>
    public double InnerBrowRaise { get; init; }

    /// <summary>2</summary>
    public double OuterBrowRaise { get; init; }

    /// <summary>4</summary>
    public double BrowLower { get; init; }

    /// <summary>5</summary>
    public double UpperLidRaise { get; init; }

    /// <summary>6</summary>
    public double CheekRaise { get; init; }

    /// <summary>7</summary>
    public double LidTighten { get; init; }

    /// <summary>9</summary>
    public double NoseWrinkle { get; init; }

    /// <summary>10</summary>
    public double UpperLipRaise { get; init; }

    /// <summary>12</summary>
    public double LipCornerPull { get; init; }

    /// <summary>15</summary>
    public double LipCornerDepress { get; init; }

    /// <summary>20</summary>
    public double LipStretch { get; init; }

    /// <summary>23</summary>
    public double LipTighten { get; init; }

    /// <summary>25</summary>
    public double LipsPart { get; init; }

    /// <summary>26</summary>
    public double JawDrop { get; init; }

    /// <summary>Shut teeth show between parted lips.</summary>
    public bool ClenchedTeeth { get; init; }

    /// <summary>
    /// An expression as people make it: the units that EMFACS gives it, each at its own strength, in one of the variants that occur
    /// (a smile with or without teeth), and all other units a little off their rest.
    /// </summary>
    /// <param name="expression">What is expressed.</param>
    /// <param name="intensity">From 0 to 1; neutral pays no heed to it.</param>
    /// <param name="random">Of the face.</param>
    public static ActionUnits Of(FacialExpression expression, double intensity, FaceRandom random)
    {
        double Strong() => intensity * random.Next(0.8, 1.2);
        double Weak() => Strong() * 0.5;
        double Rest() => random.Next(0, 0.14);
        var (variant, slack) = (
            random.Next(),
            new ActionUnits
            {
                InnerBrowRaise = Rest(),
                OuterBrowRaise = Rest(),
                BrowLower = Rest(),
                UpperLidRaise = Rest(),
                CheekRaise = Rest(),
                LidTighten = Rest(),
                LipCornerPull = Rest(),
                LipCornerDepress = Rest(),
                LipStretch = Rest(),
                LipTighten = Rest(),
            }
        );
        return expression switch
        {
            FacialExpression.Anger => slack with
            {
                BrowLower = Strong(),
                UpperLidRaise = Weak(),
                LidTighten = Strong(),
                LipTighten = Strong(),
                LipsPart = variant < 0.45 ? Strong() : 0,
                ClenchedTeeth = true,
                LipCornerDepress = variant < 0.45 ? 0 : Weak(),
            },
            FacialExpression.Disgust => slack with
            {
                NoseWrinkle = Strong(),
                UpperLipRaise = Strong(),
                BrowLower = Weak(),
                LidTighten = Strong(),
                CheekRaise = Weak(),
                LipCornerDepress = Weak(),
                LipsPart = variant < 0.5 ? Weak() : 0,
            },
            FacialExpression.Fear => slack with
            {
                InnerBrowRaise = Strong(),
                OuterBrowRaise = Weak(),
                BrowLower = Weak(),
                UpperLidRaise = Strong(),
                LipStretch = Strong(),
                LipsPart = Strong(),
                JawDrop = variant < 0.6 ? Weak() : 0,
                ClenchedTeeth = variant >= 0.6,
            },
            FacialExpression.Happiness => slack with
            {
                CheekRaise = Strong(),
                LipCornerPull = Strong(),
                LipsPart = variant < 0.6 ? Strong() : 0,
                JawDrop = variant < 0.25 ? Weak() : 0,
            },
            FacialExpression.Sadness => slack with
            {
                InnerBrowRaise = Strong(),
                BrowLower = Weak(),
                LipCornerDepress = Strong(),
                LidTighten = Weak(),
            },
            FacialExpression.Surprise => slack with
            {
                InnerBrowRaise = Strong(),
                OuterBrowRaise = Strong(),
                UpperLidRaise = Strong(),
                LipsPart = Weak(),
                JawDrop = Strong(),
            },
            _ => slack,
        };
    }
}
