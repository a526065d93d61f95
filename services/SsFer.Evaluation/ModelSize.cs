using SsFer.Learning.Models;
using SsFer.Stages;

namespace SsFer.Evaluation;

/// <summary>How large a model is.</summary>
public sealed record ModelSize
{
    public required long Parameters { get; init; }

    /// <summary>
    /// Multiply-adds of the linear layers for one picture, as papers count them (<see cref="ModelCost.LinearMultiplyAdds"/>).
    /// </summary>
    public required long MultiplyAdds { get; init; }

    public static ModelSize Of(ModelDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return new ModelSize
        {
            Parameters = new VisionTransformer(description.Model, description.Classes.Count).Layout.ParameterCount,
            MultiplyAdds = ModelCost.LinearMultiplyAdds(description.Model, description.Classes.Count),
        };
    }
}
