using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Azure;

/// <summary>Turns what the blob service and the way to it can say into what a store promises to say.</summary>
/// <param name="service">Scheme and host of the service; for messages.</param>
internal sealed class BlobFaults(string service)
{
    /// <exception cref="ArtifactUnavailableException">A fault that passes.</exception>
    /// <exception cref="ArtifactException">A fault that does not.</exception>
    public async Task<T> GuardAsync<T>(string path, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (Translate(path, fault, cancellationToken) is { } told)
        {
            throw told;
        }
    }

    /// <summary>Null for what is nobody's but the caller's, such as its own cancellation.</summary>
    public Exception? Translate(string path, Exception fault, CancellationToken cancellationToken) =>
        fault switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested => null,
            OperationCanceledException => Unavailable(path, "it took too long", fault),
            // Every attempt failed without an answer; they failed alike.
            AggregateException { InnerException: { } last } => Unavailable(path, last.Message, fault),
            AuthenticationFailedException => new StoreAccessException(
                $"cannot sign in to the store {service}: {Line(fault.Message)}",
                fault
            ),
            RequestFailedException answer => Answered(path, answer),
            _ => null,
        };

    public ArtifactUnavailableException Unavailable(string path, string reason, Exception? fault) =>
        new(path, $"{service}: {Line(reason)}", fault);

    private ArtifactException Answered(string path, RequestFailedException answer)
    {
        if (answer.Status is 0 or 408 or 429 or >= 500 || answer.ErrorCode == BlobErrorCode.ContainerBeingDeleted)
        {
            return Unavailable(path, answer.ErrorCode ?? answer.Message, answer);
        }

        if (answer.Status is 401 or 403)
        {
            return new StoreAccessException(
                $"the store {service} refuses access to '{path}' ({answer.ErrorCode}): check the key or the role (Storage Blob "
                    + $"Data Contributor) behind ConnectionStrings:blobs",
                answer
            );
        }

        return new ArtifactException($"the store {service} refuses '{path}': {answer.ErrorCode ?? Line(answer.Message)}", answer);
    }

    private static string Line(string message) => message.Split('\n', 2)[0].TrimEnd();
}
