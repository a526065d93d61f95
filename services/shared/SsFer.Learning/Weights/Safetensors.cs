using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Weights;

/// <summary>
/// The safetensors format: eight bytes of header length (little endian), a JSON header of names, types, shapes and offsets, then the raw
/// values. Nothing in it is ever executed.
/// </summary>
public static class Safetensors
{
    /// <summary>A header larger than this is refused before it is read.</summary>
    private const long MaximumHeader = 64 << 20;

    /// <summary>Values handled at a time: an optimiser's moments can be larger than an array of bytes may be.</summary>
    private const long ChunkLength = 16 << 20;

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["F32"] = ScalarType.Float32,
        ["F16"] = ScalarType.Float16,
        ["BF16"] = ScalarType.BFloat16,
        ["F64"] = ScalarType.Float64,
        ["I64"] = ScalarType.Int64,
    };

    /// <summary>Writes tensors in the order given; the same tensors give the same bytes.</summary>
    public static async Task WriteAsync(
        Stream stream,
        IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken
    )
    {
        var all = tensors.ToList();
        var header = new JsonObject();
        if (metadata is { Count: > 0 })
        {
            header["__metadata__"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        long offset = 0;
        foreach (var (name, tensor) in all)
        {
            var type = Types.FirstOrDefault(pair => pair.Value == tensor.dtype).Key
                ?? throw new ArgumentException($"'{name}' is of type {tensor.dtype}, which safetensors files here do not hold");
            var end = offset + (tensor.numel() * tensor.element_size());
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. tensor.shape.Select(side => (JsonNode)side)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var padding = (8 - (json.Length % 8)) % 8; // values start at a multiple of eight
        var start = new byte[8 + json.Length + padding];
        BinaryPrimitives.WriteInt64LittleEndian(start, json.Length + padding);
        json.CopyTo(start, 8);
        start.AsSpan(8 + json.Length).Fill((byte)' ');
        await stream.WriteAsync(start, cancellationToken);
        foreach (var (_, tensor) in all)
        {
            for (long first = 0; first < tensor.numel(); first += ChunkLength)
            {
                await stream.WriteAsync(BytesOf(tensor, first, Math.Min(ChunkLength, tensor.numel() - first)), cancellationToken);
            }
        }
    }

    /// <summary>Reads all tensors, on the CPU, in the order of their offsets.</summary>
    /// <exception cref="WeightsException">The file is not safetensors, is truncated, or its header contradicts itself.</exception>
    public static async Task<SafetensorsContent> ReadAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        var lengthBytes = new byte[8];
        await ReadExactlyAsync(stream, lengthBytes, name, cancellationToken);
        var length = BinaryPrimitives.ReadInt64LittleEndian(lengthBytes);
        if (length is <= 1 or > MaximumHeader)
        {
            throw new WeightsException(
                $"{name} is not a safetensors file (its header would be {length} bytes long); SsFer reads no pickled "
                    + $"checkpoints, convert them to safetensors first"
            );
        }

        var header = new byte[length];
        await ReadExactlyAsync(stream, header, name, cancellationToken);
        var (entries, metadata) = ParseHeader(header, name);
        if (stream.CanSeek && entries.Count > 0 && entries[^1].End > stream.Length - stream.Position)
        {
            throw new WeightsException($"{name} is not a safetensors file, or ends too early"); // before room is made for what is not there
        }

        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            long position = 0;
            foreach (var entry in entries)
            {
                if (entry.Begin != position)
                {
                    throw new WeightsException(
                        $"{name}: the values of '{entry.Name}' start at {entry.Begin} where {position} was expected"
                    );
                }

                var tensor = empty(entry.Shape, entry.Type).DetachFromDisposeScope();
                tensors.Add(entry.Name, tensor);
                for (long first = 0; first < tensor.numel(); first += ChunkLength)
                {
                    var bytes = new byte[Math.Min(ChunkLength, tensor.numel() - first) * tensor.element_size()];
                    await ReadExactlyAsync(stream, bytes, name, cancellationToken);
                    Fill(tensor, first, bytes);
                }

                position = entry.End;
            }

            if (await stream.ReadAsync(lengthBytes, cancellationToken) > 0)
            {
                throw new WeightsException($"{name} holds more bytes than the {position} of values that its header names");
            }

            return new SafetensorsContent(tensors, metadata);
        }
        catch
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw;
        }
    }

    /// <summary>A dispose scope belongs to the thread that opened it, so it must not be open across an await.</summary>
    private static byte[] BytesOf(Tensor tensor, long first, long count)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().reshape(-1).narrow(0, first, count).cpu().contiguous().bytes.ToArray();
    }

    /// <inheritdoc cref="BytesOf"/>
    private static void Fill(Tensor tensor, long first, byte[] bytes)
    {
        using var scope = NewDisposeScope();
        tensor.view(-1).narrow(0, first, bytes.Length / tensor.element_size()).bytes = bytes;
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ParseHeader(byte[] header, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            var entries = new List<Entry>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (var pair in property.Value.EnumerateObject())
                    {
                        metadata[pair.Name] = pair.Value.GetString() ?? "";
                    }

                    continue;
                }

                if (!names.Add(property.Name))
                {
                    throw new WeightsException($"{name}: its header names '{property.Name}' twice");
                }

                entries.Add(ParseEntry(property, name));
            }

            entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
            return (entries, metadata);
        }
        catch (Exception fault)
            when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new WeightsException($"{name} is not a safetensors file: {fault.Message}", fault);
        }
    }

    private static Entry ParseEntry(JsonProperty property, string name)
    {
        var typeName = property.Value.GetProperty("dtype").GetString() ?? "";
        if (!Types.TryGetValue(typeName, out var type))
        {
            throw new WeightsException($"{name}: '{property.Name}' is of type {typeName}; SsFer reads {string.Join(", ", Types.Keys)}");
        }

        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())];
        var offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
        {
            throw new FormatException($"'{property.Name}' has {offsets.GetArrayLength()} offsets instead of a begin and an end");
        }

        long begin = offsets[0].GetInt64(),
            end = offsets[1].GetInt64();
        var width = type switch
        {
            ScalarType.Float64 or ScalarType.Int64 => 8,
            ScalarType.Float32 => 4,
            _ => 2,
        };
        var count = shape.Aggregate(1L, (product, side) =>
            side < 0 ? throw new OverflowException("a negative side") : checked(product * side)
        );
        if (begin < 0 || end - begin != checked(count * width))
        {
            throw new WeightsException(
                $"{name}: '{property.Name}' of shape [{string.Join(", ", shape)}] cannot occupy the bytes {begin} to {end}"
            );
        }

        return new Entry(property.Name, type, shape, begin, end);
    }

    private static async Task ReadExactlyAsync(Stream stream, byte[] buffer, string name, CancellationToken cancellationToken)
    {
        try
        {
            await stream.ReadExactlyAsync(buffer, cancellationToken);
        }
        catch (EndOfStreamException)
        {
            throw new WeightsException($"{name} is not a safetensors file, or ends too early");
        }
    }

    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Begin, long End);
}

/// <summary>The tensors of a file by name, and its free-text metadata.</summary>
public sealed record SafetensorsContent(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
    : IDisposable
{
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }
}

/// <summary>A weights file cannot be used; the message names the file and the cure.</summary>
public sealed class WeightsException(string message, Exception? inner = null) : UserFacingException(message, inner);
