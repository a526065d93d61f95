using System.Globalization;
using System.Net.Sockets;
using Azure;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RabbitMQ.Client.Exceptions;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Logging;

/// <summary>
/// A line for each entry: time, level, category, message. That broker or store is away is an operator's matter, told by its
/// innermost cause in the same line; any other exception is a defect and keeps its stack trace, below.
/// </summary>
internal sealed class ServiceLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "ssfer";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        textWriter.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{time.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture)} {NameOf(logEntry.LogLevel)} {logEntry.Category}: "
            )
        );
        textWriter.Write(OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (IsOutage(logEntry.Exception))
        {
            textWriter.WriteLine($" ({OneLine(logEntry.Exception!.GetBaseException().Message)})");
        }
        else if (logEntry.Exception is null)
        {
            textWriter.WriteLine();
        }
        else
        {
            textWriter.WriteLine($"{Environment.NewLine}{logEntry.Exception}");
        }
    }

    /// <summary>
    /// Whether the exception, or one that it was caused by, says that broker or store cannot be reached or turned the service away.
    /// </summary>
    public static bool IsOutage(Exception? fault) =>
        fault switch
        {
            null => false,
            ConnectionException
            or RabbitMQClientException
            or SocketException
            or HttpRequestException
            or RequestFailedException
            or ArtifactUnavailableException => true,
            AggregateException several => several.InnerExceptions.Any(IsOutage),
            _ => IsOutage(fault.InnerException),
        };

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string NameOf(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "error",
            _ => "critical",
        };
}
