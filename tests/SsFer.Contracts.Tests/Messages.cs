using SsFer.Contracts.Commands;
using SsFer.Contracts.Events;

namespace SsFer.Contracts.Tests;

/// <summary>One message of each type, every property set.</summary>
internal static class Messages
{
    private const string Run = "ferplus-7f3a",
        Model = "ferplus-7f3a",
        Previous = "ferplus-01bc";

    public static IReadOnlyList<object> All { get; } =
    [
        new RunStage
        {
            Run = Run,
            Stage = "finetune",
            Kind = StageKind.FineTuning,
        },
        new DatasetPrepared
        {
            Run = Run,
            Stage = "prepare",
            Dataset = "ferplus",
            Version = "3f2a",
            Size = 224,
            Faces = 28_386,
            Rejected = 3,
        },
        new EncoderPretrained
        {
            Run = Run,
            Stage = "pretrain",
            Encoder = new ArtifactReference("checkpoints/ferplus-7f3a/pretrain/1-600", "9d0c"),
        },
        new ClassifierFineTuned
        {
            Run = Run,
            Stage = "finetune",
            Classifier = new ArtifactReference("checkpoints/ferplus-7f3a/finetune/1-100", "5be1"),
        },
        new TeacherTrained
        {
            Run = Run,
            Stage = "teach",
            Teacher = new ArtifactReference("checkpoints/ferplus-7f3a/teach/2-50", "c44f"),
        },
        new ModelEvaluated
        {
            Run = Run,
            Stage = "evaluate",
            Model = Model,
            Dataset = "ferplus/3f2a:validation",
            Accuracy = 0.704,
            MacroF1 = 0.473,
        },
        new StageFailed
        {
            Run = Run,
            Stage = "teach",
            Kind = StageKind.EmaTeacher,
            Attempts = 5,
            Reason = "the loss is not a number at step 12",
        },
        new StageProgressed
        {
            Run = Run,
            Stage = "pretrain",
            Kind = StageKind.Pretraining,
            Step = 1_200,
            TotalSteps = 66_600,
            ImagesPerStep = 64,
            ImagesPerSecond = 930.5,
            Metrics = new Dictionary<string, double> { ["loss"] = 0.25 },
        },
        new ModelPromoted
        {
            Model = Model,
            Previous = Previous,
            Sequence = 4,
            Reason = "accuracy 0.704, before 0.698",
        },
        new ModelRejected
        {
            Run = Run,
            Model = Model,
            Reason = "accuracy 0.652, before 0.698",
        },
        new ModelRolledBack
        {
            Model = Previous,
            Previous = Model,
            Sequence = 5,
            Reason = "complaints",
        },
        new CandidateStarted
        {
            Model = Model,
            Candidacy = "5f0c",
            Kind = "canary",
            Share = 0.05,
            Reason = "try it on Mondays",
        },
        new CandidateEnded
        {
            Model = Model,
            Candidacy = "5f0c",
            Outcome = "aborted",
            Reason = "3 of 50 requests failed",
        },
        new LabelsAdded
        {
            Dataset = "ferplus",
            Batch = "b-17",
            Count = 40,
            Added = new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero),
        },
    ];

    public static TheoryData<string> Names => [.. All.Select(message => message.GetType().Name)];

    public static object Named(string name) => All.Single(message => message.GetType().Name == name);
}
