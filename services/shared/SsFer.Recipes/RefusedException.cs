namespace SsFer.Recipes;

/// <summary>
/// What was asked for cannot be done as asked. The message is written for the person who asked: one line that names the setting and
/// the cure. Nothing was stored.
/// </summary>
public abstract class RefusedException(string message, Exception? cause = null) : Exception(message, cause);
