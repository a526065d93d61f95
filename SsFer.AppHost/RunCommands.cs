namespace SsFer.AppHost;

/// <summary>What people do with the system from its dashboard.</summary>
internal static class RunCommands
{
    public static IResourceBuilder<ProjectResource> WithRunCommands(this IResourceBuilder<ProjectResource> console) => console;
}
