// Does command lines of ssfer one after the other in one process: a test that wants no process of its own is spared the start of one,
// which is most of what a short command costs.
using System.Text.Json;
using SsFer.Cli.Commands;
using SsFer.Cli.Shell;
using SsFer.Cli.Terminal;

var outcomes = Console.Out;
while (await Console.In.ReadLineAsync() is { } line)
{
    var command = JsonSerializer.Deserialize<CommandLine>(line)!;
    using var output = new StringWriter();
    using var error = new StringWriter();
    Console.SetOut(output);
    Console.SetError(error);
    Environment.CurrentDirectory = command.Directory;
    Environment.SetEnvironmentVariable("TMPDIR", command.Directory);
    var exitCode = await CommandLineProgram.RunAsync(SsferCommand.Create(), command.Arguments);
    await outcomes.WriteLineAsync(JsonSerializer.Serialize(new CommandOutcome(exitCode, output.ToString(), error.ToString())));
    await outcomes.FlushAsync();
}
