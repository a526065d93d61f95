using SsFer.Recipes;

namespace SsFer.Console.Http;

/// <summary>A request is answered with a problem instead of a result, and changed nothing.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="detail">What is wrong with this request, and the cure, in one line.</param>
internal sealed class RequestRefusedException(int status, string detail) : UserFacingException(detail)
{
    public int Status { get; } = status;

    public static RequestRefusedException Malformed(string detail) => new(StatusCodes.Status400BadRequest, detail);

    public static RequestRefusedException NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);

    public static RequestRefusedException Conflict(string detail) => new(StatusCodes.Status409Conflict, detail);

    public static RequestRefusedException TooLarge(string detail) => new(StatusCodes.Status413PayloadTooLarge, detail);

    public static RequestRefusedException OfUnknownType(string detail) => new(StatusCodes.Status415UnsupportedMediaType, detail);

    /// <summary>The same request may succeed later.</summary>
    public static RequestRefusedException Busy(string detail) => new(StatusCodes.Status503ServiceUnavailable, detail);

    public static RequestRefusedException NoRoom(string detail) => new(StatusCodes.Status507InsufficientStorage, detail);

    public static RequestRefusedException Unprocessable(string detail) => new(StatusCodes.Status422UnprocessableEntity, detail);
}
