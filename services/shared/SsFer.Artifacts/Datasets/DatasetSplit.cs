namespace SsFer.Artifacts.Datasets;

/// <summary>The splits an item may belong to.</summary>
public static class DatasetSplit
{
    public const string Train = "train";
    public const string Validation = "validation";
    public const string Test = "test";

    public static bool IsKnown(string split) => split is Train or Validation or Test;
}
