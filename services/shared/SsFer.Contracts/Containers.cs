namespace SsFer.Contracts;

/// <summary>The containers of the store: the first segment of every artifact's path.</summary>
public static class Containers
{
    public const string Datasets = "datasets";
    public const string Checkpoints = "checkpoints";
    public const string Runs = "runs";
    public const string Models = "models";

    /// <summary>Who may call; apart from the rest, so that access to the rest tells nothing of it.</summary>
    public const string Access = "access";

    /// <summary>Pictures kept for labelling; apart from the rest, so that access to the rest shows nobody.</summary>
    public const string Kept = "kept";
}
