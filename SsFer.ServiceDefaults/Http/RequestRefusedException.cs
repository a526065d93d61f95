using Microsoft.AspNetCore.Http;
using SsFer.Recipes;

namespace SsFer.ServiceDefaults.Http;

/// <summary>A request is answered with a problem instead of a result, and changed nothing.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="detail">What is wrong with this request, and the cure, in one line.</param>
public sealed class RequestRefusedException(int status, string detail) : UserFacingException(detail)
{
    public int Status { get; } = status;

    /// <summary>Seconds after which the same request may succeed; null where the service does not know.</summary>
    public int? RetryAfter { get; private init; }

    public static RequestRefusedException Malformed(string detail) => new(StatusCodes.Status400BadRequest, detail);

    public static RequestRefusedException NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);

    /// <summary>The request did not arrive in time; the connection is closed, for the rest would still come on it.</summary>
    public static RequestRefusedException TooSlow(string detail) => new(StatusCodes.Status408RequestTimeout, detail);

    public static RequestRefusedException Conflict(string detail) => new(StatusCodes.Status409Conflict, detail);

    public static RequestRefusedException TooLarge(string detail) => new(StatusCodes.Status413PayloadTooLarge, detail);

    public static RequestRefusedException OfUnknownType(string detail) => new(StatusCodes.Status415UnsupportedMediaType, detail);

    public static RequestRefusedException Unprocessable(string detail) => new(StatusCodes.Status422UnprocessableEntity, detail);

    /// <summary>The same request may succeed later.</summary>
    public static RequestRefusedException Busy(string detail, int retryAfter = 5) =>
        new(StatusCodes.Status503ServiceUnavailable, detail) { RetryAfter = retryAfter };

    public static RequestRefusedException NoRoom(string detail) => new(StatusCodes.Status507InsufficientStorage, detail);
}
