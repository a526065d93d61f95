using SsFer.Recipes;

namespace SsFer.Inference.Http;

/// <summary>A request is answered with a problem instead of a result.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="title">What is wrong, in a few words.</param>
/// <param name="detail">What is wrong with this request, and the cure, in one line.</param>
internal sealed class RequestRefusedException(int status, string title, string detail) : UserFacingException(detail)
{
    public int Status { get; } = status;

    public string Title { get; } = title;

    public static RequestRefusedException TooSlow(string detail) =>
        new(StatusCodes.Status408RequestTimeout, "The upload took too long", detail);

    public static RequestRefusedException TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, "The request is too large", detail);

    public static RequestRefusedException OfUnknownType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "The request is of an unknown type", detail);

    public static RequestRefusedException Unprocessable(string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, "The request holds no pictures to answer", detail);

    public static RequestRefusedException Unavailable(string detail) => new(StatusCodes.Status503ServiceUnavailable, "Not now", detail);

    public IResult ToResult() => Results.Problem(detail: Message, statusCode: Status, title: Title);
}
