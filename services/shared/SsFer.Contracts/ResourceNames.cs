namespace SsFer.Contracts;

/// <summary>Names by which the parts of the system find each other: connection strings, services, queues.</summary>
public static class ResourceNames
{
    /// <summary>Connection string of the broker.</summary>
    public const string Messaging = "messaging";

    /// <summary>Connection string of the store.</summary>
    public const string Blobs = "blobs";

    public const string FaceDetection = "facedetection";
    public const string Pretraining = "pretraining";
    public const string FineTuning = "finetuning";
    public const string EmaTeacher = "emateacher";
    public const string Evaluation = "evaluation";
    public const string Inference = "inference";
    public const string Console = "console";

    /// <summary>The service that does a kind of stage.</summary>
    public static string ServiceOf(StageKind kind) =>
        kind switch
        {
            StageKind.FaceDetection => FaceDetection,
            StageKind.Pretraining => Pretraining,
            StageKind.FineTuning => FineTuning,
            StageKind.EmaTeacher => EmaTeacher,
            StageKind.Evaluation => Evaluation,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of stage"),
        };

    /// <summary>The queue that wakes the workers of a kind of stage.</summary>
    public static string StageQueue(StageKind kind) => $"ssfer-{ServiceOf(kind)}";
}
