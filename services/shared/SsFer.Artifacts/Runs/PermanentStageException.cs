using SsFer.Recipes;

namespace SsFer.Artifacts.Runs;

/// <summary>
/// A fault that no further attempt can heal: bad data, impossible settings. Its message names the item and the cure; the stage
/// fails at once. Every other exception of a stage is taken as passing and tried again, except a cancellation, which is neither.
/// </summary>
public sealed class PermanentStageException(string message, Exception? inner = null) : UserFacingException(message, inner);
