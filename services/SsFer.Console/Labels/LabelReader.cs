using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SsFer.Artifacts.Storage;
using SsFer.Console.Http;
using SsFer.Importing.Tables;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Labels;

/// <summary>
/// One label of a JSON request: <c>{"key": "fer0000001", "expression": "fear"}</c>, or <c>image</c> instead of <c>key</c>.
/// </summary>
public sealed record LabelBody
{
    /// <summary>Key of the picture in the dataset.</summary>
    public string? Key { get; init; }

    /// <summary>Name or path of the picture's file.</summary>
    public string? Image { get; init; }

    /// <summary>Name of a class of the dataset.</summary>
    public required string Expression { get; init; }
}

/// <summary>Reads the labels of a request, JSON or CSV, and checks what can be checked without the dataset.</summary>
internal sealed class LabelReader(IOptions<ConsoleOptions> options)
{
    private const string HowToSend =
        "send application/json ([{\"key\" or \"image\", \"expression\"}]) or text/csv with the columns key or image, and expression";

    private static readonly string[] Delimiters = [",", ";", "\t"];

    /// <exception cref="RequestRefusedException">The body is too large or cannot be read; the message names line or item.</exception>
    public async Task<IReadOnlyList<SentLabel>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType.ToString() : "";
        if (type is not ("application/json" or "text/csv"))
        {
            throw RequestRefusedException.OfUnknownType($"'{type}' holds no labels: {HowToSend}");
        }

        using var body = await RequestBody.ReadAsync(request, options.Value.MaxDocumentBytes, cancellationToken);
        var labels = type == "text/csv" ? ReadCsv(body) : ReadJson(body);
        var first = new Dictionary<(string?, string?), SentLabel>();
        foreach (var label in labels)
        {
            if (label.Key is null == label.Image is null)
            {
                throw RequestRefusedException.Unprocessable($"{label.Place}: name the picture by key or by image, by one of the two");
            }

            if (label.Expression.Length == 0)
            {
                throw RequestRefusedException.Unprocessable($"{label.Place}: '{label.Picture}' has no expression");
            }

            if (
                !first.TryAdd((label.Key, label.Image), label)
                && first[(label.Key, label.Image)] is var before
                && before.Expression != label.Expression
            )
            {
                throw RequestRefusedException.Unprocessable(
                    $"{label.Place}: '{label.Picture}' is {label.Expression} here and {before.Expression} in {before.Place}"
                );
            }
        }

        return first.Count > 0
            ? [.. first.Values]
            : throw RequestRefusedException.Unprocessable($"the request holds no label: {HowToSend}");
    }

    private List<SentLabel> ReadJson(MemoryStream body)
    {
        List<LabelBody?>? sent;
        try
        {
            sent = JsonSerializer.Deserialize<List<LabelBody?>>(body, ArtifactJson.Configuration);
        }
        catch (JsonException fault)
        {
            var (isSyntax, text) = JsonFault.Of<List<LabelBody?>>(body, fault);
            var refusal = $"the labels cannot be read: {text}";
            throw isSyntax ? RequestRefusedException.Malformed(refusal) : RequestRefusedException.Unprocessable(refusal);
        }

        if (sent?.Count > options.Value.MaxLabels)
        {
            throw OverLimit();
        }

        return
        [
            .. (sent ?? []).Select(
                (label, index) =>
                    label is null
                        ? throw RequestRefusedException.Unprocessable($"item {index + 1} is null")
                        : new SentLabel(Invariant($"item {index + 1}"), Named(label.Key), Named(label.Image), label.Expression)
            ),
        ];

        static string? Named(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }

    private List<SentLabel> ReadCsv(Stream body)
    {
        try
        {
            return ReadRows(body);
        }
        catch (InvalidDataException fault)
        {
            throw RequestRefusedException.Unprocessable($"the labels cannot be read: {fault.Message}");
        }
    }

    private List<SentLabel> ReadRows(Stream body)
    {
        using var csv = new CsvParser(
            new CsvRowLimit(new StreamReader(body), string.Concat(Delimiters)),
            new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                DetectDelimiter = true,
                DetectDelimiterValues = Delimiters,
                TrimOptions = TrimOptions.Trim,
                BadDataFound = null, // a stray quote stays in its cell, and is then no key that anybody knows
            }
        );
        var columns = csv.Read() ? csv.Record! : [];
        var (key, image, expression) = (Column("key"), Column("image"), Column("expression"));
        if (expression < 0 || (key < 0 && image < 0))
        {
            throw RequestRefusedException.Unprocessable($"line 1: the columns are {string.Join(", ", columns)}; {HowToSend}");
        }

        var labels = new List<SentLabel>();
        while (csv.Read())
        {
            if (labels.Count == options.Value.MaxLabels)
            {
                throw OverLimit();
            }

            labels.Add(new SentLabel(Invariant($"line {csv.RawRow}"), Cell(key), Cell(image), Cell(expression) ?? ""));
        }

        return labels;

        int Column(string name) => Array.FindIndex(columns, each => each.Equals(name, StringComparison.OrdinalIgnoreCase));

        string? Cell(int column) => column >= 0 && column < csv.Record!.Length && csv.Record[column].Length > 0 ? csv.Record[column] : null;
    }

    private RequestRefusedException OverLimit() =>
        RequestRefusedException.TooLarge($"the request has more than {options.Value.MaxLabels} labels: send the rest in another");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
