using Microsoft.OpenApi;

namespace SsFer.Console.Http;

/// <summary>
/// What a request looks like, for the OpenAPI document alone: the framework's own <c>Accepts</c> would also refuse other types,
/// without saying why.
/// </summary>
internal static class RequestDescription
{
    /// <summary>A body, and what bodies are refused with.</summary>
    /// <typeparam name="T">Its shape as JSON or as a form; other types are text or bytes.</typeparam>
    /// <param name="route">The operation.</param>
    /// <param name="isRequired">Whether there has to be one.</param>
    /// <param name="types">Media types; JSON unless told.</param>
    public static RouteHandlerBuilder TakesBody<T>(this RouteHandlerBuilder route, bool isRequired = true, params string[] types) =>
        route
            .TellsBodyRefusals()
            .AddOpenApiOperationTransformer(
                async (operation, context, cancellationToken) =>
                {
                    var shape = await context.GetOrCreateSchemaAsync(typeof(T), parameterDescription: null, cancellationToken);
                    var content = (types.Length > 0 ? types : ["application/json"]).ToDictionary(
                        type => type,
                        type => new OpenApiMediaType
                        {
                            Schema = type is "application/json" or "multipart/form-data"
                                ? shape
                                : new OpenApiSchema
                                {
                                    Type = JsonSchemaType.String,
                                    Format = type.StartsWith("text/", StringComparison.Ordinal) ? null : "binary",
                                },
                        }
                    );
                    operation.RequestBody = new OpenApiRequestBody { Required = isRequired, Content = content };
                }
            );

    /// <summary>
    /// A header that is refused in the service's own words where it is missing, and is therefore optional to the framework.
    /// </summary>
    public static RouteHandlerBuilder RequiresHeader(this RouteHandlerBuilder route, string name) =>
        route.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                operation.Parameters!.OfType<OpenApiParameter>().Single(parameter => parameter.Name == name).Required = true;
                return Task.CompletedTask;
            }
        );
}
