using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Learning.Tensors;
using SsFer.Learning.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Objectives.SemiSupervised;

/// <summary>
/// CoMatch (Li et al. 2021, arXiv:2011.11183, eq. 3 to 8): pseudo-labels are smoothed by those of faces that lie near in an embedding,
/// and the embeddings of two strong views are drawn together as the graph of the pseudo-labels says.
/// </summary>
internal sealed class CoMatchObjective : ISemiSupervisedObjective
{
    private const int RunningBatches = 32;
    private const int BankBatches = 5;
    private const double OwnShare = 0.9;
    private const double Temperature = 0.2;
    private const double EdgeThreshold = 0.8;

    private readonly EmaTeacherSettings _settings;
    private readonly int _classes;
    private readonly DistributionAlignment _alignment;
    private readonly Tensor _embeddings; // [BankBatches, Nl + Nu, E]
    private readonly Tensor _probabilities; // [BankBatches, Nl + Nu, C]

    public CoMatchObjective(EmaTeacherSettings settings, ObjectiveSurroundings surroundings)
    {
        (_settings, _classes) = (settings, surroundings.Classes);
        var even = Enumerable.Repeat(1.0 / surroundings.Classes, surroundings.Classes);
        _alignment = new DistributionAlignment(RunningBatches, [.. even], surroundings.Device);
        long rows = surroundings.LabelledBatch + surroundings.UnlabelledBatch;
        _embeddings = zeros([BankBatches, rows, AuxiliaryHeads.EmbeddingWidth], ScalarType.Float32, surroundings.Device)
            .DetachFromDisposeScope();
        _probabilities = zeros([BankBatches, rows, surroundings.Classes], ScalarType.Float32, surroundings.Device).DetachFromDisposeScope();
    }

    public IReadOnlyList<ViewKind> Views { get; } = [ViewKind.Weak, ViewKind.Strong, ViewKind.SecondStrong];

    public IReadOnlyList<string> Metrics => PseudoLabelMeasures.Names;

    public AuxiliaryHead Head => AuxiliaryHead.Embedding;

    public IReadOnlyList<KeyValuePair<string, Tensor>> Memory =>
        [_alignment.Memory, KeyValuePair.Create("bank.embeddings", _embeddings), KeyValuePair.Create("bank.probabilities", _probabilities)];

    public StageLoss Loss(SemiSupervisedStep step)
    {
        var guess = step.Networks.Guess(step.Views[0]);
        var own = _alignment.Align(Probabilities.Of(guess.Logits), step.Number); // [Nu, C]
        var embedding = Probabilities.UnitRows(guess.OfHead); // [Nu, E]
        var target = Smoothed(own, embedding, step.Number);
        var pseudo = PseudoLabels.OfProbabilities(target, _settings.Threshold);

        var outputs = step.Student(step.Views[1], step.Views[2]);
        Remember(step, Probabilities.UnitRows(outputs[0].OfHead.detach()), embedding, own);
        var classification = (CrossEntropy.Soft(outputs[1].Logits, target) * pseudo.Kept).mean();
        var contrast = Contrast(Probabilities.UnitRows(outputs[1].OfHead), Probabilities.UnitRows(outputs[2].OfHead), Graph(target));
        return step.Total(outputs[0], classification.Plus(contrast), PseudoLabelMeasures.Of(pseudo, step.Truth));
    }

    public void Dispose()
    {
        _alignment.Dispose();
        _embeddings.Dispose();
        _probabilities.Dispose();
    }

    /// <summary>
    /// The graph of pseudo-labels (their eq. 6): for each pair of faces the product of their probabilities, 1 for a face with itself;
    /// what is below the threshold is no edge; rows sum to 1.
    /// </summary>
    /// <param name="probabilities">[N, C].</param>
    /// <returns>[N, N].</returns>
    internal static Tensor Graph(Tensor probabilities)
    {
        var self = eye(probabilities.shape[0], dtype: ScalarType.Float32, device: probabilities.device);
        var pairs = probabilities.matmul(probabilities.t());
        var alike = pairs.Plus((self * pairs).neg()).Plus(self);
        var edges = alike * alike.IsAtLeast(EdgeThreshold).to(ScalarType.Float32);
        return edges / edges.sum([-1], keepdim: true);
    }

    /// <summary>Cross-entropy of the embeddings' similarities to the graph (their eq. 7 and 8); a scalar.</summary>
    /// <param name="first">Embeddings of length 1, [N, E].</param>
    /// <param name="second">Of the other view, [N, E].</param>
    /// <param name="graph">[N, N].</param>
    internal static Tensor Contrast(Tensor first, Tensor second, Tensor graph) =>
        CrossEntropy.Soft(first.matmul(second.t()).Times(1 / Temperature), graph).mean();

    /// <summary>Nine tenths of the own probabilities, one of those that near faces of the bank had (their eq. 3).</summary>
    private Tensor Smoothed(Tensor own, Tensor embedding, long step)
    {
        using var noGrad = no_grad();
        var filled = Math.Min(step, BankBatches);
        if (filled == 0)
        {
            return own;
        }

        var bank = _embeddings.narrow(0, 0, filled).flatten(0, 1); // [K, E]
        var near = Probabilities.Of(embedding.matmul(bank.t()).Times(1 / Temperature)); // [Nu, K]
        var theirs = near.matmul(_probabilities.narrow(0, 0, filled).flatten(0, 1));
        return own.Times(OwnShare).Plus(theirs.Times(1 - OwnShare));
    }

    private void Remember(SemiSupervisedStep step, Tensor labelled, Tensor unlabelled, Tensor probabilities)
    {
        using var noGrad = no_grad();
        var place = step.Number % BankBatches;
        _embeddings.select(0, place).copy_(cat([labelled, unlabelled]));
        _probabilities.select(0, place).copy_(cat([CrossEntropy.OneHot(step.Classes, _classes), probabilities]));
    }
}
