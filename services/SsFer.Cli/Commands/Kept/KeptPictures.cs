using System.CommandLine;
using SsFer.Artifacts.Kept;

namespace SsFer.Cli.Commands.Kept;

/// <summary>Where the commands about kept pictures look.</summary>
internal static class KeptPictures
{
    public static KeptPictureStore Open(CommandSession session, ParseResult arguments) =>
        new(ServiceStore.Open(session, arguments, "the kept pictures"));
}
