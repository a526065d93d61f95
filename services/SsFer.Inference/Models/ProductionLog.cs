namespace SsFer.Inference.Models;

/// <summary>What is said of the models in production and beside it.</summary>
internal static partial class ProductionLog
{
    [LoggerMessage(LogLevel.Information, "serving {Role} {Model}")]
    public static partial void Serves(this ILogger logger, string role, string model);

    [LoggerMessage(LogLevel.Warning, "serving {Model}, which was in production before, until the model that should be there loads")]
    public static partial void ServesEarlier(this ILogger logger, string model);

    [LoggerMessage(LogLevel.Information, "serving {Model}, which is built in, until a model is promoted and loads")]
    public static partial void ServesBuiltIn(this ILogger logger, string model);

    [LoggerMessage(LogLevel.Information, "the card of model {Model} tells no SHA-256 of its file, which is served unverified")]
    public static partial void IsUnverified(this ILogger logger, string model);

    [LoggerMessage(
        LogLevel.Information,
        "the card of model {Model} tells no predictions of its evaluation: no drift is measured; a model evaluated by this version has it"
    )]
    public static partial void HasNoReference(this ILogger logger, string model);

    [LoggerMessage(LogLevel.Warning, "model {Model} runs on the CPU, no GPU could be used: {Reason}")]
    public static partial void RunsOnCpu(this ILogger logger, string model, string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "the faces of model {Model} were found with yolo-face; BlazeFace, which finds them here, cuts them a little differently"
    )]
    public static partial void UsesAnotherDetector(this ILogger logger, string model);

    [LoggerMessage(LogLevel.Error, "{Role} {Model} is refused, {Serving} keeps serving: {Reason} (next try in {Pause})")]
    public static partial void Refused(this ILogger logger, string role, string model, string serving, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "the model in production could not be looked up, {Serving} keeps serving: {Reason}")]
    public static partial void CouldNotLook(this ILogger logger, string serving, string reason);

    [LoggerMessage(LogLevel.Warning, "candidate {Model} is aborted: {Reason}")]
    public static partial void Aborts(this ILogger logger, string model, string reason);

    [LoggerMessage(LogLevel.Information, "candidate {Model} is tried no more")]
    public static partial void EndsTrial(this ILogger logger, string model);

    [LoggerMessage(LogLevel.Warning, "that candidate {Model} is aborted was not published: {Reason}; others find it by looking")]
    public static partial void CouldNotTellOfAbort(this ILogger logger, string model, string reason);

    [LoggerMessage(LogLevel.Warning, "candidate {Model} failed: {Reason}")]
    public static partial void CandidateFailed(this ILogger logger, string model, string reason);
}
