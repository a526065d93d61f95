using Microsoft.OpenApi;

namespace SsFer.Control.Http;

/// <summary>What a body looks like, for the OpenAPI document alone: the framework's own <c>Accepts</c> would also refuse other types, without saying why.</summary>
internal static class RequestDescription
{
    public static RouteHandlerBuilder TakesBody<T>(this RouteHandlerBuilder route, bool isRequired = true, params string[] types) =>
        route.AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(T), parameterDescription: null, cancellationToken);
            var content = (types.Length > 0 ? types : ["application/json"]).ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema });
            operation.RequestBody = new OpenApiRequestBody { Required = isRequired, Content = content };
        });
}
