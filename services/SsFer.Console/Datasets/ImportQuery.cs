using Microsoft.AspNetCore.Mvc;

namespace SsFer.Console.Datasets;

/// <summary>How an upload is to be read, as the query says it; what the terminal calls <c>--hold-out</c> is <c>holdOut</c> here.</summary>
internal sealed record ImportQuery
{
    /// <summary>How the upload is read, see <see cref="ImportFormat.All"/>.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; init; }

    /// <summary>Share of every class of train that becomes validation, 20% or 0.2; not with formats that have one, or no labels.</summary>
    [FromQuery(Name = "holdOut")]
    public string? HoldOut { get; init; }

    /// <summary>Which pictures are held out; 0 unless told.</summary>
    [FromQuery(Name = "seed")]
    public string? Seed { get; init; }

    /// <summary>Encoding of names in archives, and of the table, that do not say theirs; utf-8 unless told.</summary>
    [FromQuery(Name = "encoding")]
    public string? Encoding { get; init; }

    /// <summary>What becomes of a picture with several labels: leave-out, keep or votes.</summary>
    [FromQuery(Name = "contradictions")]
    public string? Contradictions { get; init; }

    /// <summary>Marks that mean no label, with commas between them, or none; csv only.</summary>
    [FromQuery(Name = "missing")]
    public string? Missing { get; init; }

    /// <summary>plurality (default) or majority; ferplus only.</summary>
    [FromQuery(Name = "rule")]
    public string? Rule { get; init; }

    /// <summary>Column of the table with the picture's name, "image" unless told; csv only.</summary>
    [FromQuery(Name = "imageColumn")]
    public string? ImageColumn { get; init; }

    /// <summary>Column of the table with the class, "label" unless told; csv only.</summary>
    [FromQuery(Name = "labelColumn")]
    public string? LabelColumn { get; init; }

    /// <summary>Column of the table with the split; csv only, all train unless told.</summary>
    [FromQuery(Name = "splitColumn")]
    public string? SplitColumn { get; init; }

    /// <summary>The four columns of the face box, with commas between them; csv only.</summary>
    [FromQuery(Name = "boxColumns")]
    public string? BoxColumns { get; init; }

    /// <summary>xyxy (default), xywh or cxcywh; csv only.</summary>
    [FromQuery(Name = "boxFormat")]
    public string? BoxFormat { get; init; }

    /// <summary>auto (default), pixels or shares; csv only.</summary>
    [FromQuery(Name = "boxUnits")]
    public string? BoxUnits { get; init; }

    /// <summary>aligned (default) or original; rafdb only.</summary>
    [FromQuery(Name = "pictures")]
    public string? Pictures { get; init; }

    /// <summary>7 or 8, without or with contempt; affectnet only, and needed there.</summary>
    [FromQuery(Name = "classes")]
    public string? Classes { get; init; }

    /// <summary>age or gender; adience only, and needed there.</summary>
    [FromQuery(Name = "task")]
    public string? Task { get; init; }

    /// <summary>The fold that becomes validation, 0 to 4; adience only.</summary>
    [FromQuery(Name = "validationFold")]
    public string? ValidationFold { get; init; }
}
