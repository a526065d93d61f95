using SsFer.Recipes;

namespace SsFer.Planning;

/// <summary>What was asked for cannot be planned.</summary>
public sealed class PlanningException(string message) : RefusedException(message);
