using SsFer.Recipes;

namespace SsFer.Importing;

/// <summary>
/// The material handed to an import cannot be used at all; its message names the file and the cure. Nothing was published.
/// </summary>
public sealed class ImportException(string message, Exception? inner = null) : UserFacingException(message, inner);
