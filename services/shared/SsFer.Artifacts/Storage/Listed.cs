namespace SsFer.Artifacts.Storage;

/// <summary>One entry of a listing: a damaged one is named and hides no other.</summary>
/// <param name="Name">Of the run, model or dataset.</param>
/// <param name="Value">What is stored; null where that is damaged.</param>
/// <param name="Damage">What is damaged, and the cure where there is one, in one line; null where nothing is.</param>
public sealed record Listed<T>(string Name, T? Value, string? Damage)
    where T : class;

/// <summary>Makes entries of listings.</summary>
public static class Listed
{
    /// <summary>Null where there is nothing of the name.</summary>
    public static async Task<Listed<T>?> ReadAsync<T>(string name, Func<Task<T?>> read)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return await read() is { } value ? new Listed<T>(name, value, null) : null;
        }
        catch (UnusableArtifactException fault)
        {
            return new Listed<T>(name, null, fault.Message);
        }
    }
}
