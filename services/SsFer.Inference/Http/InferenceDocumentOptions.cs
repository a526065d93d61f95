using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using SsFer.ServiceDefaults.Access;

namespace SsFer.Inference.Http;

/// <summary>What the OpenAPI document says of all operations: its title, how keys are sent, and the types of answers as they are.</summary>
internal static class InferenceDocumentOptions
{
    private const string Bearer = "bearer";
    private const string KeyHeader = "apiKey";

    /// <summary>What NSwag calls the values of an enumeration in a client that it generates.</summary>
    private const string EnumNames = "x-enumNames";

    public static void DescribesTheWhole(this OpenApiOptions options)
    {
        options.AddSchemaTransformer(
            (schema, context, _) =>
            {
                DescribeNumber(schema);
                DescribeEnumeration(schema, context.JsonTypeInfo.Type);
                DescribeProperties(schema, context.JsonTypeInfo.Properties);
                return Task.CompletedTask;
            }
        );
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info.Title = "SsFer prediction endpoint";
                document.Info.Description =
                    "Faces in pictures and their expressions. Refusals are problems (RFC 9457) whose detail says the cure.";
                DescribeKeys(document);
                JoinLines(document);
                return Task.CompletedTask;
            }
        );
    }

    /// <summary>Answers have numbers where the framework, which would read them from texts too, describes either.</summary>
    private static void DescribeNumber(OpenApiSchema schema)
    {
        if (schema.Type is { } type && (type & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
        {
            (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
        }
    }

    /// <summary>The framework says which values there are, and not that they are texts.</summary>
    private static void DescribeEnumeration(OpenApiSchema schema, Type type)
    {
        if (!type.IsEnum)
        {
            return;
        }

        schema.Type = JsonSchemaType.String;
        schema.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        schema.Extensions[EnumNames] = new JsonNodeExtension(
            new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(name))])
        );
    }

    /// <summary>What is neither null nor left out stands in every answer, also where it is computed.</summary>
    private static void DescribeProperties(OpenApiSchema schema, IEnumerable<JsonPropertyInfo> properties)
    {
        foreach (var property in properties.Where(each => IsAlwaysThere(each) && schema.Properties?.ContainsKey(each.Name) == true))
        {
            schema.Required ??= new HashSet<string>();
            schema.Required.Add(property.Name);
            if (schema.Properties![property.Name] is OpenApiSchema { Type: { } type } own)
            {
                own.Type = type & ~JsonSchemaType.Null;
            }
        }
    }

    private static bool IsAlwaysThere(JsonPropertyInfo property) =>
        !property.IsGetNullable && property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) != true;

    private static void DescribeKeys(OpenApiDocument document)
    {
        const string WhereDemanded = "demanded in every environment but Development";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = $"An API key, {WhereDemanded}",
            },
            [KeyHeader] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = AccessExtensions.KeyHeader,
                Description = $"The same key in a header of its own, {WhereDemanded}",
            },
        };
        document.Security =
        [
            .. document.Components.SecuritySchemes.Keys.Select(scheme => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(scheme, document)] = [],
            }),
        ];
    }

    /// <summary>Docstrings end their lines where the sources do.</summary>
    private static void JoinLines(OpenApiDocument document)
    {
        foreach (var schema in document.Components!.Schemas!.Values)
        {
            foreach (var each in (IEnumerable<IOpenApiSchema>)[schema, .. schema.Properties?.Values ?? []])
            {
                each.Description = each.Description?.ReplaceLineEndings(" ");
            }
        }
    }
}
