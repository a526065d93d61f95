using System.Text.Json.Serialization;

namespace SsFer.Contracts;

/// <summary>
/// What a stage does; each kind has its own service and, on the bus, its own queue. In messages it stands by name, however the bus is
/// set up.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<StageKind>))]
public enum StageKind
{
    /// <summary>Raw pictures to prepared faces.</summary>
    FaceDetection,

    /// <summary>Prepared faces to an encoder (MAE; paper section 3.2).</summary>
    Pretraining,

    /// <summary>Encoder and labels to a classifier (FaceMix; paper section 3.3).</summary>
    FineTuning,

    /// <summary>Classifier, labels and unlabelled faces to a better classifier (paper section 3.4).</summary>
    EmaTeacher,

    /// <summary>Classifier to report and model card.</summary>
    Evaluation,
}
