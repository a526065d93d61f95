namespace SsFer.Cli.Terminal;

/// <summary>
/// Shows how far long work is, on standard error: a bar where that is a terminal, a line every ten seconds where it is not.
/// </summary>
internal interface IProgressDisplay
{
    /// <summary>
    /// Tells how far the work is. Cheap, safe from any thread, may be called after every picture. Rate and time left are worked out
    /// from these calls alone, so work that resumes simply begins with a <see cref="ProgressUpdate.Done"/> above zero. A new
    /// <see cref="ProgressUpdate.Stage"/> ends the one before.
    /// </summary>
    void Report(ProgressUpdate update);
}

/// <summary>How far one stage is.</summary>
/// <param name="Stage">What is going on, in a word or two: import, pre-training, fine-tuning ...</param>
/// <param name="Done">Done so far, in <paramref name="Unit"/>.</param>
/// <param name="Total">All there is to do; 0 where that is not known.</param>
/// <param name="Unit">In the plural: images. Training counts the images it has seen, so that the rate is in images per second.</param>
/// <param name="Note">Figures worth seeing on the way, such as <c>loss 0.412</c> or <c>3 rejected</c>.</param>
internal sealed record ProgressUpdate(string Stage, long Done, long Total, string Unit, string? Note = null);
