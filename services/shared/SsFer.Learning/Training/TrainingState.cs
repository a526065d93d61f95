using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Weights;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Training;

/// <summary>Names of the files of a checkpoint, and what goes into them.</summary>
public static class TrainingState
{
    public const string WeightsFile = StageFiles.Weights;
    public const string TeacherFile = StageFiles.Teacher;
    public const string OptimiserFile = "optimiser.safetensors";

    /// <summary>The weights that learn, where <see cref="WeightsFile"/> holds their average.</summary>
    public const string LearnerFile = "learner.safetensors";

    /// <summary>What a semi-supervised method remembers from step to step.</summary>
    public const string MemoryFile = "method.safetensors";

    internal static IReadOnlyList<StateTensor> Of(TrainableParameters parameters, AdamW optimiser) =>
        [.. Named(WeightsFile, parameters.Master), .. Moments(optimiser)];

    /// <summary>Of stage three. The teacher is only ever asked for classes: what it would have of an auxiliary head is left out.</summary>
    internal static IReadOnlyList<StateTensor> Of(
        TrainableParameters student,
        AdamW optimiser,
        ParameterSet teacher,
        IEnumerable<KeyValuePair<string, Tensor>> memory
    ) => [.. Of(student, optimiser), .. Tensors(TeacherFile, ClassifierOf(teacher)), .. Tensors(MemoryFile, memory)];

    /// <summary>The parameters of a classifier, without those of an auxiliary head.</summary>
    internal static IEnumerable<KeyValuePair<string, Tensor>> ClassifierOf(ParameterSet parameters) =>
        NamedWeights.Of(parameters).Where(pair => !AuxiliaryHeads.Has(pair.Key));

    /// <summary>Of a stage whose product is an average of the weights that learn; null for a stage whose product they are.</summary>
    internal static IReadOnlyList<StateTensor> Averaged(TrainableParameters parameters, AdamW optimiser, ParameterSet? average) =>
        average is null
            ? Of(parameters, optimiser)
            : [.. Named(WeightsFile, average), .. Named(LearnerFile, parameters.Master), .. Moments(optimiser)];

    private static IEnumerable<StateTensor> Moments(AdamW optimiser) =>
        [
            new StateTensor(OptimiserFile, "first_moment", optimiser.FirstMoment),
            new StateTensor(OptimiserFile, "second_moment", optimiser.SecondMoment),
        ];

    private static IEnumerable<StateTensor> Named(string file, ParameterSet parameters) => Tensors(file, NamedWeights.Of(parameters));

    private static IEnumerable<StateTensor> Tensors(string file, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        tensors.Select(pair => new StateTensor(file, pair.Key, pair.Value));
}
