namespace SsFer.Importing.Tables;

/// <summary>Which column of a table says what.</summary>
public sealed record CsvColumns
{
    /// <summary>Path or name of the picture, from anywhere above or below the folder that is given.</summary>
    public required string Image { get; init; }

    /// <summary>Name of the class; empty, or another mark of <see cref="ImportOptions.MissingLabels"/>, where unlabelled.</summary>
    public required string Label { get; init; }

    /// <summary>train, validation or test; null where everything is train.</summary>
    public string? Split { get; init; }

    /// <summary>
    /// The four columns of the face box; null where there is none. Pixels (or shares, see <see cref="BoxUnits"/>) from the upper left
    /// corner of the picture as viewers show it, that is after it was turned as its EXIF orientation says. A row with all
    /// four cells empty has no box.
    /// </summary>
    public IReadOnlyList<string>? Box
    {
        get;
        init =>
            field = value is null or { Count: 4 }
                ? value
                : throw new ArgumentException($"a box has four columns, got {value.Count}", nameof(Box));
    }

    public BoxFormat BoxFormat { get; init; }

    public BoxUnits BoxUnits { get; init; }
}
