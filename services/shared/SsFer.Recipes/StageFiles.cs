namespace SsFer.Recipes;

/// <summary>What training stages call what they leave for others.</summary>
public static class StageFiles
{
    /// <summary>Weights of the last step: of the encoder, the classifier or the student.</summary>
    public const string Weights = "weights.safetensors";

    /// <summary>Weights of the EMA teacher.</summary>
    public const string Teacher = "teacher.safetensors";

    /// <summary>Parameter of a planned stage: path in the store of weights to start from.</summary>
    public const string InitialWeights = "initialWeights";
}
