using System.ComponentModel.DataAnnotations;

namespace SsFer.Recipes;

/// <summary>AdamW, the same in all stages.</summary>
public sealed record OptimiserSettings
{
    [Source("paper 4.2"), Range(0, 0.9999)]
    public double Beta1 { get; init; } = 0.9;

    [Source("paper 4.2"), Range(0, 0.99999)]
    public double Beta2 { get; init; } = 0.95;

    [Source("AdamW (PyTorch)"), Range(1e-12, 1)]
    public double Epsilon { get; init; } = 1e-8;

    [Source("paper 4.2"), Range(0, 1)]
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Whether biases and 1-D tensors decay too: not in MAE (stage one), but in ref's stages two and three.</summary>
    [Source("MAE: no; ref stages two and three: yes")]
    public bool DecayAllParameters { get; init; }

    /// <summary>
    /// Largest norm of the gradient of all parameters together; a longer one is shortened to it. 0 leaves every gradient as it is.
    /// </summary>
    [Source("ours: off, as in the paper"), Range(0, 1e6)]
    public double GradientClip { get; init; }
}

/// <summary>RandomResizedCrop and flip: the weak augmentation of every stage.</summary>
public sealed record CropSettings
{
    /// <summary>Smallest share of the picture's area.</summary>
    [Source("MAE, ref"), Range(0.01, 1)]
    public double ScaleMin { get; init; } = 0.2;

    [Source("MAE, ref"), Range(0.01, 1)]
    public double ScaleMax { get; init; } = 1;

    /// <summary>Smallest ratio of width to height.</summary>
    [Source("torchvision"), Range(0.1, 10)]
    public double RatioMin { get; init; } = 3.0 / 4;

    [Source("torchvision"), Range(0.1, 10)]
    public double RatioMax { get; init; } = 4.0 / 3;

    [Source("MAE, ref"), Range(0, 1)]
    public double FlipProbability { get; init; } = 0.5;
}

/// <summary>Stage one: masked reconstruction.</summary>
public sealed record PretrainingSettings
{
    [Source("paper 4.2"), Range(1, 100_000)]
    public int Epochs { get; init; } = 600;

    [Source("paper 4.2"), Range(0, 100_000)]
    public int WarmupEpochs { get; init; } = 50;

    [Source("paper 4.2"), Range(1, 65_536)]
    public int BatchSize { get; init; } = 256;

    /// <summary>Peak rate, absolute: not scaled by the batch.</summary>
    [Source("paper 4.2"), Range(0, 1)]
    public double LearningRate { get; init; } = 3.4e-4;

    [Source("MAE"), Range(0, 1)]
    public double MinLearningRate { get; init; }

    [Source("MAE"), Range(0, 1)]
    public double WarmupLearningRate { get; init; }

    /// <summary>Share of the patches that is removed.</summary>
    [Source("paper fig. 3"), Range(0, 0.99)]
    public double MaskRatio { get; init; } = 0.75;

    /// <summary>Reconstruct pixels normalised per patch.</summary>
    [Source("paper 4.2 (off in ref)")]
    public bool NormalisePixels { get; init; } = true;

    public OptimiserSettings Optimiser { get; init; } = new();

    public CropSettings Crop { get; init; } = new();
}

/// <summary>Stage two: supervised fine-tuning with FaceMix.</summary>
public sealed record FineTuningSettings
{
    [Source("paper 4.2"), Range(1, 100_000)]
    public int Epochs { get; init; } = 100;

    /// <summary>Takes the place of <see cref="Epochs"/> when fewer than <see cref="FewLabels"/> images are labelled.</summary>
    [Source("paper 4.2"), Range(1, 100_000)]
    public int FewLabelsEpochs { get; init; } = 1000;

    [Source("paper 4.2"), Range(0, 1_000_000)]
    public int FewLabels { get; init; } = 500;

    [Source("paper 4.2"), Range(0, 100_000)]
    public int WarmupEpochs { get; init; } = 5;

    [Source("paper 4.2"), Range(1, 65_536)]
    public int BatchSize { get; init; } = 32;

    [Source("paper 4.2"), Range(0, 1)]
    public double LearningRate { get; init; } = 1e-4;

    [Source("paper 4.2"), Range(0, 1)]
    public double MinLearningRate { get; init; } = 1e-5;

    [Source("paper 4.2"), Range(0, 1)]
    public double WarmupLearningRate { get; init; } = 5e-5;

    /// <summary>Mass spread evenly over all classes, on the mixed target; without mixing, on the plain one.</summary>
    [Source("ref"), Range(0, 0.99)]
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>What a face is to be recognised as: its label, or the distribution of the votes that people gave it.</summary>
    [Source("paper 3.3: labels"), OmittedAtDefault]
    public TargetKind Targets { get; init; }

    /// <summary>
    /// m of w = m w + (1 - m) s after every step, where s are the weights that learn and w those the stage leaves behind; in the first
    /// steps it is (1 + step) / (10 + step) where that is less. 0: the stage leaves the weights that learn.
    /// </summary>
    [Source("paper 3.3: none"), Range(0, 0.99999), OmittedAtDefault]
    public double WeightAverage { get; init; }

    /// <summary>Operations of RandAugment drawn for a face after crop and flip; 0 leaves it out.</summary>
    [Source("ref: none in stage two"), Range(0, 15), OmittedAtDefault]
    public int RandAugmentOperations { get; init; }

    /// <summary>Mean of RandAugment's magnitude, on timm's scale of 0 to 10.</summary>
    [Source("ref, stage three: timm rand-m9-mstd0.5-inc1"), Range(0, 10), OmittedAtDefault]
    public double RandAugmentMagnitude { get; init; } = 9;

    /// <summary>
    /// t of the logit-adjusted loss: while it learns, a class has t log(its share of the labelled faces) added to its logit, so that a
    /// rare one needs less to win afterwards. 1 weighs recall of all classes alike, 0 leaves it out.
    /// </summary>
    [Source("paper: none; Menon et al. 2021, eq. 10"), Range(0, 4), OmittedAtDefault]
    public double LogitAdjustment { get; init; }

    [Source("paper eq. 10")]
    public MixingKind Mixing { get; init; } = MixingKind.FaceMix;

    /// <summary>lambda ~ Beta(alpha, alpha), one a batch.</summary>
    [Source("paper eq. 6"), Range(0.01, 100)]
    public double MixAlpha { get; init; } = 1;

    [Source("paper eq. 10, 14")]
    public FaceMixLoss FaceMixLoss { get; init; } = FaceMixLoss.L4;

    [Source("paper eq. 8, 9")]
    public FaceSimilarity Similarity { get; init; } = FaceSimilarity.IntersectionOverUnion;

    public OptimiserSettings Optimiser { get; init; } = new() { DecayAllParameters = true };

    public CropSettings Crop { get; init; } = new();

    /// <summary>Epochs for this many labelled images.</summary>
    public int EpochsFor(int labelledImages) => labelledImages < FewLabels ? FewLabelsEpochs : Epochs;
}

/// <summary>What stage two learns a face as.</summary>
public enum TargetKind
{
    /// <summary>Its one label.</summary>
    Labels,

    /// <summary>
    /// The share of each class in the votes for a class; votes for none (unknown, not a face) are left out (the "probability" scheme of
    /// Barsoum et al. 2016, arXiv:1608.01041).
    /// </summary>
    Votes,
}

/// <summary>How a batch of stage two is mixed.</summary>
public enum MixingKind
{
    None,
    Mixup,
    FaceMix,
}

/// <summary>
/// How kappa weighs the loss L_v of the mixed picture against L_i and L_j of the two real ones: the paper's choice (eq. 10 = L4) and
/// the three that it compares with (eq. 11 to 13).
/// </summary>
public enum FaceMixLoss
{
    /// <summary>(1 - kappa) L_v + L_i + L_j.</summary>
    L1,

    /// <summary>L_v + (1 - kappa) (L_i + L_j).</summary>
    L2,

    /// <summary>kappa L_v + L_i + L_j.</summary>
    L3,

    /// <summary>L_v + kappa (L_i + L_j).</summary>
    L4,
}

/// <summary>What similarities need of a picture.</summary>
public static class FaceSimilarityLimits
{
    /// <summary>Pixels on a side of the window through which SSIM looks, the least that a picture must have.</summary>
    public const int StructureWindow = 11;
}

/// <summary>The similarity of two faces, from 0 to 1, that kappa = 1 - similarity derives from.</summary>
public enum FaceSimilarity
{
    /// <summary>Of the two face boxes.</summary>
    IntersectionOverUnion,

    /// <summary>PSNR of the two views.</summary>
    PeakSignalToNoise,

    /// <summary>SSIM of the two views.</summary>
    StructuralSimilarity,

    /// <summary>FSIM of the two views.</summary>
    FeatureSimilarity,
}

/// <summary>Stage three: semi-supervised fine-tuning.</summary>
public sealed record EmaTeacherSettings
{
    /// <summary>
    /// How unlabelled faces are learnt from: the paper's EMA teacher, or a method to compare it with. <c>Method=FixMatch</c>, without
    /// the group, also takes over that method's own values of the settings below.
    /// </summary>
    [Source("paper 3.4: EMA teacher"), OmittedAtDefault]
    public SemiSupervisedMethod Method { get; init; }

    /// <summary>Passes over the unlabelled set.</summary>
    [Source("paper 4.2"), Range(1, 100_000)]
    public int Epochs { get; init; } = 50;

    [Source("paper 4.2"), Range(1, 65_536)]
    public int LabelledBatch { get; init; } = 64;

    [Source("paper 4.2"), Range(1, 65_536)]
    public int UnlabelledBatch { get; init; } = 64;

    /// <summary>Constant: ref builds a schedule but never steps it.</summary>
    [Source("paper 4.2"), Range(0, 1)]
    public double LearningRate { get; init; } = 1.5e-4;

    [Source("paper eq. 1")]
    public TeacherKind Teacher { get; init; } = TeacherKind.Ema;

    /// <summary>m of t = m t + (1 - m) s after every step (eq. 1).</summary>
    [Source("ref"), Range(0, 1)]
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>tau: a pseudo-label counts where the teacher's largest probability is above it (eq. 3).</summary>
    [Source("ref"), Range(0, 1)]
    public double Threshold { get; init; } = 0.7;

    /// <summary>mu of L = L_l + mu L_u (eq. 5).</summary>
    [Source("ref"), Range(0, 1000)]
    public double UnlabelledWeight { get; init; } = 5;

    /// <summary>Share of the steps in which <see cref="UnlabelledWeight"/> grows from 0 to its value.</summary>
    [Source("paper: none"), Range(0, 1), OmittedAtDefault]
    public double RampUp { get; init; }

    /// <summary>T of the methods that sharpen probabilities, p^(1/T): the lower, the surer.</summary>
    [Source("paper: none"), Range(0.01, 1), OmittedAtDefault]
    public double Sharpening { get; init; } = 1;

    /// <summary>a of lambda ~ Beta(a, a) of the methods that mix unlabelled faces.</summary>
    [Source("MixMatch (Berthelot et al. 2019)"), Range(0.01, 100), OmittedAtDefault]
    public double MixAlpha { get; init; } = 0.5;

    /// <summary>As in stage two, in the loss of the labelled faces.</summary>
    [Source("paper: none; Menon et al. 2021, eq. 10"), Range(0, 4), OmittedAtDefault]
    public double LogitAdjustment { get; init; }

    /// <summary>
    /// Whether the EMA teacher's guesses are brought to the labelled faces' distribution over the classes before they become
    /// pseudo-labels, so that rare classes are not forgotten.
    /// </summary>
    [Source("paper: none; ReMixMatch (Berthelot et al. 2020, section 3.1)"), OmittedAtDefault]
    public bool AlignDistribution { get; init; }

    public RandAugmentSettings RandAugment { get; init; } = new();

    public OptimiserSettings Optimiser { get; init; } = new() { DecayAllParameters = true };

    public CropSettings Crop { get; init; } = new();
}

/// <summary>Semi-supervised methods (docs/method.md, section 3).</summary>
public enum SemiSupervisedMethod
{
    /// <summary>The paper's.</summary>
    EmaTeacher,

    PiModel,

    PseudoLabel,

    MeanTeacher,

    /// <summary>Virtual adversarial training.</summary>
    Vat,

    /// <summary>Unsupervised data augmentation.</summary>
    Uda,

    MixMatch,

    ReMixMatch,

    FixMatch,

    FlexMatch,

    CoMatch,

    /// <summary>Class-aware contrastive semi-supervised learning.</summary>
    Ccssl,
}

/// <summary>Who gives the pseudo-labels: a moving average of the student, or the student itself (FixMatch).</summary>
public enum TeacherKind
{
    Ema,
    Student,
}

/// <summary>timm's rand-m9-mstd0.5-inc1.</summary>
public sealed record RandAugmentSettings
{
    /// <summary>Operations drawn for a picture.</summary>
    [Source("ref: timm rand-m9-mstd0.5-inc1"), Range(0, 15)]
    public int Operations { get; init; } = 2;

    /// <summary>Mean of the magnitude, on timm's scale of 0 to 10.</summary>
    [Source("ref: timm rand-m9-mstd0.5-inc1"), Range(0, 10)]
    public double Magnitude { get; init; } = 9;

    [Source("ref: timm rand-m9-mstd0.5-inc1"), Range(0, 10)]
    public double MagnitudeStd { get; init; } = 0.5;

    /// <summary>With which each drawn operation is applied.</summary>
    [Source("timm"), Range(0, 1)]
    public double Probability { get; init; } = 0.5;
}
