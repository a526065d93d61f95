namespace SsFer.Importing.Labels;

/// <summary>What becomes of a picture that has two labels: by two rows of a list, or by a copy with the same pixels.</summary>
public enum Contradictions
{
    /// <summary>The picture and its copies are left out, each named with the reason.</summary>
    LeaveOut,

    /// <summary>Every row and every copy stays as it is, and is listed.</summary>
    Keep,

    /// <summary>The label that most rows or copies give; where votes are even, the picture is left out.</summary>
    Votes,
}

public static class ContradictionNames
{
    /// <summary>The names as terminal and HTTP know them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<Contradictions>().Select(NameOf)];

    public static string NameOf(Contradictions choice) =>
        choice switch
        {
            Contradictions.LeaveOut => "leave-out",
            Contradictions.Keep => "keep",
            _ => "votes",
        };

    /// <summary>Null where the text is no choice.</summary>
    public static Contradictions? Find(string text) =>
        Enum.GetValues<Contradictions>().Cast<Contradictions?>().FirstOrDefault(choice => NameOf(choice!.Value) == text);
}
