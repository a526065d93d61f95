using SsFer.Learning.Models;
using SsFer.Learning.Optimisation;
using SsFer.Learning.Weights;
using SsFer.Recipes;

namespace SsFer.Learning.Training;

/// <summary>Names of the files of a checkpoint, and what goes into them.</summary>
public static class TrainingState
{
    public const string WeightsFile = StageFiles.Weights;
    public const string TeacherFile = StageFiles.Teacher;
    public const string OptimiserFile = "optimiser.safetensors";

    /// <summary>The weights that learn, where <see cref="WeightsFile"/> holds their average.</summary>
    public const string LearnerFile = "learner.safetensors";

    internal static IReadOnlyList<StateTensor> Of(TrainableParameters parameters, AdamW optimiser, ParameterSet? teacher = null) =>
        [.. Named(WeightsFile, parameters.Master), .. Moments(optimiser), .. teacher is null ? [] : Named(TeacherFile, teacher)];

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

    private static IEnumerable<StateTensor> Named(string file, ParameterSet parameters) =>
        NamedWeights.Of(parameters).Select(pair => new StateTensor(file, pair.Key, pair.Value));
}
