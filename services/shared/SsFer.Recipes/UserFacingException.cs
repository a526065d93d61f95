namespace SsFer.Recipes;

/// <summary>
/// A fault that was expected: its message is written for a person, names the thing and the cure, and needs no stack trace.
/// Every other exception is a defect.
/// </summary>
public abstract class UserFacingException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What was asked for cannot be; nothing was begun and nothing stored. Exit code 2 in the terminal, 422 over HTTP.</summary>
public abstract class InvalidRequestException(string message, Exception? inner = null) : UserFacingException(message, inner);
