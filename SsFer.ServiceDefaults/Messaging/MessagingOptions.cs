using Microsoft.Extensions.Options;
using SsFer.Contracts;

namespace SsFer.ServiceDefaults.Messaging;

/// <summary>How services reach each other.</summary>
internal sealed class MessagingOptions
{
    public const string Key = $"ConnectionStrings:{ResourceNames.Messaging}";

    /// <summary>URI of the broker; null or empty = the in-process bus.</summary>
    public string? Connection { get; set; }

    /// <summary>Set by a host in which all services share the process, never by configuration.</summary>
    public bool AllServicesShareTheProcess { get; set; }

    public bool InProcess => string.IsNullOrWhiteSpace(Connection);

    /// <summary>The broker's address; null where there is none or <see cref="Connection"/> is not one.</summary>
    public static Uri? BrokerOf(string? connection) =>
        Uri.TryCreate(connection, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0 ? uri : null;
}

internal sealed class MessagingOptionsValidation : IValidateOptions<MessagingOptions>
{
    private const string Cure = "set it to the broker's URI, such as amqp://user:password@host:5672";

    public ValidateOptionsResult Validate(string? name, MessagingOptions options)
    {
        if (options.InProcess)
        {
            return options.AllServicesShareTheProcess
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{MessagingOptions.Key} is missing: {Cure}; without a broker all services have to share a process, as "
                        + $"'ssfer up' runs them"
                );
        }

        return MessagingOptions.BrokerOf(options.Connection) is not null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{MessagingOptions.Key} is not the URI of a RabbitMQ broker: {Cure}");
    }
}
