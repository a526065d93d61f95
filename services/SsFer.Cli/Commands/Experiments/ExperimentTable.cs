using System.Text.Json;
using System.Text.Json.Serialization;
using SsFer.Artifacts.Storage;
using SsFer.Cli.Terminal;
using SsFer.Recipes;

namespace SsFer.Cli.Commands.Experiments;

/// <summary>A table of runs: what differs from row to row and from column to column. A file of JSON, ours or the user's own.</summary>
internal sealed record ExperimentTable
{
    private const string Extension = ".json";
    private const string Resources = "tables/";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The name of its file.</summary>
    [JsonIgnore]
    public string Id { get; init; } = "";

    public required string Title { get; init; }

    /// <summary>Where its like stands in the paper; null where it does not.</summary>
    public string? Paper { get; init; }

    /// <summary>What it is to answer.</summary>
    public required string Question { get; init; }

    /// <summary>Settings of the recipe in all rows, as <c>Path=Value</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    public required IReadOnlyList<ExperimentColumn> Columns { get; init; }

    /// <summary>The first is what the others are compared with.</summary>
    public required IReadOnlyList<ExperimentRow> Rows { get; init; }

    /// <summary>Names of the tables that come with the program.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
    [
        .. typeof(ExperimentTable)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Resources, StringComparison.Ordinal))
            .Select(name => name[Resources.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A table that comes with the program, or one of a file.</summary>
    /// <param name="name">Its name, or the path of a file that ends in .json.</param>
    /// <exception cref="UsageException">There is none, or it is no table; the message names the cure.</exception>
    public static ExperimentTable Open(string name)
    {
        if (BuiltIn.Contains(name, StringComparer.Ordinal))
        {
            using var stream = typeof(ExperimentTable).Assembly.GetManifestResourceStream($"{Resources}{name}{Extension}")!;
            return Read(name, stream);
        }

        if (!name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
        {
            var meant = NearestWord.Find(name, BuiltIn) is { } nearest
                ? $"did you mean '{nearest}'?"
                : $"there are {string.Join(", ", BuiltIn)}.";
            throw new UsageException($"there is no table '{name}': {meant} Or give the path of a file of your own that ends in .json");
        }

        using var file = File.OpenRead(name);
        return Read(Path.GetFileNameWithoutExtension(name), file);
    }

    /// <summary>Only these columns, all unless told.</summary>
    /// <exception cref="UsageException">The table has no such column.</exception>
    public ExperimentTable WithColumns(IReadOnlyList<string> ids)
    {
        if (ids.FirstOrDefault(id => Columns.All(column => column.Id != id)) is { } unknown)
        {
            throw new UsageException(
                $"table '{Id}' has no column '{unknown}': there are {string.Join(", ", Columns.Select(column => column.Id))}"
            );
        }

        int[] kept = [.. Columns.Index().Where(each => ids.Count == 0 || ids.Contains(each.Item.Id)).Select(each => each.Index)];
        return this with
        {
            Columns = [.. kept.Select(index => Columns[index])],
            Rows = [.. Rows.Select(row => row with { Paper = row.Paper is { } paper ? [.. kept.Select(index => paper[index])] : null })],
        };
    }

    private static ExperimentTable Read(string id, Stream stream)
    {
        ExperimentTable table;
        try
        {
            table = JsonSerializer.Deserialize<ExperimentTable>(stream, Options)
                ?? throw new UsageException($"table '{id}' cannot be read: it is null instead of an object");
        }
        catch (JsonException fault)
        {
            throw new UsageException($"table '{id}' cannot be read: {fault.Message}");
        }

        if (table.Rows.Count == 0 || table.Columns.Count == 0)
        {
            throw new UsageException($"table '{id}' has no rows or no columns: each needs one at least");
        }

        RequireNames(id, "column", table.Columns.Select(column => column.Id));
        RequireNames(id, "row", table.Rows.Select(row => row.Id));
        return table.Rows.FirstOrDefault(row => row.Paper is { } paper && paper.Count != table.Columns.Count) is { } uneven
            ? throw new UsageException(
                $"table '{id}': row '{uneven.Id}' has {uneven.Paper!.Count} figures of the paper for {table.Columns.Count} columns: "
                    + "write null where there is none"
            )
            : table with
            {
                Id = id,
            };
    }

    private static void RequireNames(string table, string kind, IEnumerable<string> ids)
    {
        foreach (var group in ids.GroupBy(id => id, StringComparer.Ordinal))
        {
            ArtifactPath.RequireName($"{kind} of table '{table}'", group.Key);
            if (group.Count() > 1)
            {
                throw new UsageException($"table '{table}' has two {kind}s '{group.Key}': each needs a name of its own");
            }
        }
    }
}

/// <summary>A budget of labels.</summary>
/// <param name="Id">For <c>--columns</c>.</param>
/// <param name="Name">As people read it.</param>
/// <param name="Labels">As <c>--labels</c>.</param>
internal sealed record ExperimentColumn(string Id, string Name, string Labels);

/// <summary>A way to train.</summary>
internal sealed record ExperimentRow
{
    /// <summary>Names it in refusals of the table.</summary>
    public required string Id { get; init; }

    /// <summary>As people read it.</summary>
    public required string Name { get; init; }

    /// <summary>Settings of the recipe, as <c>Path=Value</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Whether it starts from an encoder, shared by rows that differ in later stages alone; else from scratch.</summary>
    public bool Encoder { get; init; } = true;

    /// <summary>Whether the third stage follows.</summary>
    public bool Teacher { get; init; } = true;

    /// <summary>The paper's accuracy in each column in per cent, null where it has none.</summary>
    public IReadOnlyList<double?>? Paper { get; init; }
}
