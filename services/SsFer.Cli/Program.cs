using SsFer.Cli.Commands;
using SsFer.Cli.Terminal;

return await CommandLineProgram.RunAsync(SsferCommand.Create(), args);
