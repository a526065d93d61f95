using System.ComponentModel.DataAnnotations;

namespace SsFer.Inference.Keeping;

/// <summary>Whether pictures of which the model is unsure are kept for labelling (section <c>Inference:Keep</c>).</summary>
public sealed class KeepOptions
{
    /// <summary>Default false: no picture outlives its request. The people in them have to be told (docs/notice.md).</summary>
    public bool Enabled { get; set; }

    /// <summary>A picture is kept where the answer of one of its faces has a lower probability. Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double Below { get; set; } = 0.5;

    /// <summary>Most pictures a day (UTC), of all instances together; those that come first. Default 100.</summary>
    [Range(1, 10_000)]
    public int MostPerDay { get; set; } = 100;

    /// <summary>
    /// Days after which a picture is erased, the one on which it came included; also what was kept before keeping was turned off. Default
    /// 30.
    /// </summary>
    [Range(1, 3650)]
    public int RetentionDays { get; set; } = 30;

    /// <summary>
    /// Whether pictures are kept in a folder store in Production. Azure Storage encrypts what lies in it; a folder is as safe as its disk,
    /// which somebody has to see to. Default false.
    /// </summary>
    public bool AllowFolder { get; set; }
}
