namespace SsFer.Inference;

/// <summary>What a request asks of its pictures.</summary>
public sealed record AnswerOptions
{
    /// <summary>Most faces of a picture, the most certain first; null for as many as the service allows.</summary>
    public int? MaxFaces { get; init; }

    /// <summary>Least score of a face, in [0, 1]. Below the detector's own threshold, 0.5, it changes nothing.</summary>
    public float MinScore { get; init; }

    /// <summary>The pictures are faces: none is looked for, and each is classified whole.</summary>
    public bool IsCropped { get; init; }

    /// <summary>Faces are answered with a heat map.</summary>
    public bool IsExplained { get; init; }
}
