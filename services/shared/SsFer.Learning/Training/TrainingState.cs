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

    internal static IReadOnlyList<StateTensor> Of(TrainableParameters parameters, AdamW optimiser, ParameterSet? teacher = null) =>
        [
            .. Named(WeightsFile, parameters.Master),
            new StateTensor(OptimiserFile, "first_moment", optimiser.FirstMoment),
            new StateTensor(OptimiserFile, "second_moment", optimiser.SecondMoment),
            .. teacher is null ? [] : Named(TeacherFile, teacher),
        ];

    private static IEnumerable<StateTensor> Named(string file, ParameterSet parameters) =>
        NamedWeights.Of(parameters).Select(pair => new StateTensor(file, pair.Key, pair.Value));
}
