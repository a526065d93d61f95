using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>
/// What was asked for cannot be planned; the message is one line that names what is wrong and the cure. Nothing was stored.
/// </summary>
public sealed class PlanningException(string message) : InvalidRequestException(message);
