namespace SsFer.Learning.Randomness;

/// <summary>
/// What a random number is for. Part of every key, so that two uses never share a stream; the stages of a run share those of the
/// same use, such as the order of epochs. The numbers are part of the reproducibility contract: append, never renumber
/// (9 and 10 were given to nothing).
/// </summary>
public enum RandomPurpose
{
    EpochOrder = 1,
    LabelledOrder = 2,
    LabelledSplit = 3,
    WeakView = 4,
    StrongView = 5,
    RandAugment = 6,
    Mixing = 7,
    Bootstrap = 8,
    Initialisation = 11,

    /// <summary>Of no stage: pictures and tensors that tests make up.</summary>
    Synthesis = 12,

    EvaluationSample = 13,
    LabelNoise = 14,
    AttackStart = 15,
    AttackRegion = 16,
    SemiSupervisedStep = 17,
}
