using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using SsFer.Inference.Explanation;
using SsFer.Inference.Streams;

namespace SsFer.Inference.Http;

/// <summary>What the OpenAPI document says of requests and answers beyond what their types tell.</summary>
internal static class InferenceDocument
{
    private const string Frame = "Frame";

    /// <summary>What NSwag calls a parameter in a client that it generates.</summary>
    private const string OriginalName = "x-originalName";

    public static RouteHandlerBuilder DescribesExpressions(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer(
            (operation, context, _) =>
            {
                var limits = context.ApplicationServices.GetRequiredService<IOptions<InferenceOptions>>().Value;
                operation.Description =
                    "Every picture is answered by itself, in the order sent; what is wrong with one is said in its answer and concerns "
                    + "no other. Coordinates are pixels of the upright picture.";
                operation.Parameters = [.. Options(limits)];
                operation.RequestBody = Body();
                ShowExample(operation, InferenceExamples.Expressions);
                return Task.CompletedTask;
            }
        );

    public static RouteHandlerBuilder DescribesStream(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer(
            (operation, context, _) =>
            {
                operation.Description =
                    "One frame a line, each answered before the next is read. Faces are followed by the overlap of their boxes and have a "
                    + string.Create(
                        CultureInfo.InvariantCulture,
                        $"track; their probabilities are smoothed with a time constant of {FaceTracks.TimeConstant} s."
                    );
                operation.Parameters = [.. Options(context.ApplicationServices.GetRequiredService<IOptions<InferenceOptions>>().Value)];
                operation.RequestBody = Frames(context.Document!);
                ShowExample(operation, InferenceExamples.FrameAnswer);
                return Task.CompletedTask;
            }
        );

    public static RouteHandlerBuilder DescribesModel(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                ShowExample(operation, InferenceExamples.Model);
                return Task.CompletedTask;
            }
        );

    private static IEnumerable<OpenApiParameter> Options(InferenceOptions limits)
    {
        var most = limits.MaxFaces.ToString(CultureInfo.InvariantCulture);
        yield return Option(
            ExpressionsQuery.MaxFaces,
            "Most faces of a picture, the most certain first",
            new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = most,
                Default = limits.MaxFaces,
            }
        );
        yield return Option(
            ExpressionsQuery.MinScore,
            "Least score of a face; below the detector's own threshold, 0.5, it changes nothing",
            new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Minimum = "0",
                Maximum = "1",
                Default = 0,
            }
        );
        yield return Option(ExpressionsQuery.Cropped, "Each picture is a face: none is looked for", Flag());
        yield return Option(
            ExpressionsQuery.Explain,
            string.Create(
                CultureInfo.InvariantCulture,
                $"A heat map for the {limits.MaxExplainedFaces} most certain faces of each picture; each runs the model "
                    + $"{Occlusion.Places * Occlusion.Places} times"
            ),
            Flag()
        );
        yield return Option(
            ExpressionsQuery.ModelName,
            "Id of a model other than the one in production, where Inference:NamedModels allows it",
            new OpenApiSchema { Type = JsonSchemaType.String }
        );
        yield return Option(
            ExpressionsQuery.Keep,
            "False: no picture of the request is kept for labelling, whatever Inference:Keep says; frames of a stream never are",
            Flag(isSet: true)
        );
    }

    private static OpenApiSchema Flag(bool isSet = false) => new() { Type = JsonSchemaType.Boolean, Default = isSet };

    private static OpenApiParameter Option(string name, string description, OpenApiSchema schema) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = description,
            Schema = schema,
            Extensions = new Dictionary<string, IOpenApiExtension> { [OriginalName] = new JsonNodeExtension(VariableOf(name)) },
        };

    /// <summary><c>max-faces</c> is <c>maxFaces</c> to a programmer.</summary>
    private static string VariableOf(string option) =>
        string.Concat(option.Split('-').Select((word, i) => i == 0 ? word : $"{char.ToUpperInvariant(word[0])}{word[1..]}"));

    private static OpenApiRequestBody Body()
    {
        var picture = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        return new OpenApiRequestBody
        {
            Required = true,
            Description =
                "One or more pictures (PNG, JPEG, WebP; GIF and TIFF where the service is set to take them) in parts named images, one "
                + "picture as the body itself, or JSON with the pictures in base64",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new() { Schema = Member("images", ListOf(picture)) },
                ["image/*"] = new() { Schema = picture },
                ["application/json"] = new()
                {
                    Schema = Member("pictures", ListOf(PictureWith("name", new OpenApiSchema { Type = JsonSchemaType.String }))),
                    Example = JsonNode.Parse(InferenceExamples.JsonBody),
                },
            },
        };
    }

    /// <summary>A frame has a name in the document: there is a type for it in every client that is generated.</summary>
    private static OpenApiRequestBody Frames(OpenApiDocument document)
    {
        var time = new OpenApiSchema
        {
            Type = JsonSchemaType.Number,
            Format = "double",
            Description = "When it was taken, in seconds; never falls. Since the stream began, where it is left away",
        };
        document.AddComponent(Frame, PictureWith("at", time));
        return new OpenApiRequestBody
        {
            Required = true,
            Description = "One frame a line",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ExpressionStream.MediaType] = new()
                {
                    Schema = new OpenApiSchemaReference(Frame, document),
                    Example = JsonNode.Parse(InferenceExamples.Frame),
                },
            },
        };
    }

    /// <summary>A picture in base64, and one thing that may be said of it.</summary>
    private static OpenApiSchema PictureWith(string name, OpenApiSchema schema) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "data" },
            AdditionalPropertiesAllowed = false,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                [name] = schema,
                ["data"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Format = "byte",
                    Description = "The picture's file, in base64",
                },
            },
        };

    private static OpenApiSchema ListOf(OpenApiSchema items) => new() { Type = JsonSchemaType.Array, Items = items };

    private static OpenApiSchema Member(string name, OpenApiSchema schema) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { name },
            Properties = new Dictionary<string, IOpenApiSchema> { [name] = schema },
        };

    private static void ShowExample(OpenApiOperation operation, string json)
    {
        foreach (var content in operation.Responses!["200"].Content!.Values.OfType<OpenApiMediaType>())
        {
            content.Example = JsonNode.Parse(json);
        }
    }
}
