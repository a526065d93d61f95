namespace SsFer.Console.Http;

/// <summary>
/// Refuses changes that a page of another origin asks a browser for: the API knows no sign-in, and a browser may reach what its pages
/// should not.
/// </summary>
internal sealed class SameOriginFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.HttpContext.Request;
        return HttpMethods.IsGet(request.Method) || IsOwn(request)
            ? next(context)
            : ValueTask.FromResult<object?>(
                Results.Problem(
                    detail: $"a page of {request.Headers.Origin} may change nothing here: call from the API's own address, or without a "
                        + $"browser",
                    statusCode: StatusCodes.Status403Forbidden
                )
            );
    }

    /// <summary>Programs send no origin; browsers do with every change.</summary>
    private static bool IsOwn(HttpRequest request) =>
        request.Headers.Origin.Count == 0
        || (Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin) && origin.Authority == request.Host.Value);
}
