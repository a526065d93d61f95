namespace SsFer.Learning.Augmentation;

/// <summary>How a step of stage three looks at a face; the second views of a kind are drawn anew.</summary>
public enum ViewKind
{
    /// <summary>Crop and flip.</summary>
    Weak,

    SecondWeak,

    /// <summary>Crop, flip and RandAugment.</summary>
    Strong,

    SecondStrong,
}
