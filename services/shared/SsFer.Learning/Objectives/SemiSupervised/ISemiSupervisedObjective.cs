using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Training;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// A semi-supervised method: what a step of stage three makes of labelled and unlabelled faces (docs/method.md, section 3). Whatever it
/// remembers from step to step is in <see cref="Memory"/>, so that a checkpoint holds it.
/// </summary>
internal interface ISemiSupervisedObjective : IDisposable
{
    /// <summary>The views of each unlabelled face, in the order in which a step has them.</summary>
    IReadOnlyList<ViewKind> Views { get; }

    /// <summary>Names of the measures that follow the loss.</summary>
    IReadOnlyList<string> Metrics { get; }

    /// <summary>What the network has beside the classifier while it learns.</summary>
    AuxiliaryHead Head => AuxiliaryHead.None;

    /// <summary>Tensors that live from step to step, by name.</summary>
    IReadOnlyList<KeyValuePair<string, Tensor>> Memory => [];

    /// <summary>The loss of a step, or of one micro-batch of it.</summary>
    StageLoss Loss(SemiSupervisedStep step);
}

/// <summary>What an objective knows before the first step.</summary>
/// <param name="Classes">C.</param>
/// <param name="ClassShares">Of the labelled faces, [C]; they sum to 1.</param>
/// <param name="LabelledBatch">Labelled faces in a step.</param>
/// <param name="UnlabelledBatch">Unlabelled faces in a step.</param>
/// <param name="UnlabelledFaces">All of them.</param>
/// <param name="Device">Where its memory lies.</param>
internal sealed record ObjectiveSurroundings(
    int Classes,
    IReadOnlyList<double> ClassShares,
    int LabelledBatch,
    int UnlabelledBatch,
    int UnlabelledFaces,
    Device Device
);
