using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using SsFer.Learning.Tensors;
using SsFer.Learning.Weights;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Weights;

public sealed class SafetensorsTests
{
    private const string OneFloat = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteThenRead_GivesTheSameTensorsAndMetadata()
    {
        Dictionary<string, Tensor> tensors = new()
        {
            ["matrix"] = Counted(6).view(2, 3),
            ["transposed"] = Counted(6).view(2, 3).t(),
            ["double"] = tensor(Math.PI),
            ["half"] = tensor(new[] { 0.5f, -2 }).to(ScalarType.Float16),
            ["brain"] = tensor(new[] { 0.5f, -2, 3 }).to(ScalarType.BFloat16),
            ["index"] = tensor(new[] { long.MinValue, long.MaxValue }),
            ["empty"] = zeros(0, 4),
        };
        var file = await Written(tensors, new Dictionary<string, string> { ["recipe"] = "compact \"é\"" });

        using var content = await Safetensors.ReadAsync(new MemoryStream(file), "file", Cancellation);

        Assert.Equal("compact \"é\"", Assert.Single(content.Metadata).Value);
        Assert.Equal(tensors.Keys.Order(StringComparer.Ordinal), content.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.dtype, content.Tensors[name].dtype);
            Assert.Equal(tensor.shape, content.Tensors[name].shape);
            Assert.True(tensor.numel() == 0 || tensor.equal(content.Tensors[name]).all().item<bool>(), name);
            tensor.Dispose();
        }
    }

    [Fact]
    public async Task Write_TheSameTensorsTwice_GivesTheSameBytes_WithValuesAtAMultipleOfEight()
    {
        using var values = Counted(5);
        Dictionary<string, Tensor> tensors = new() { ["values"] = values };

        var file = await Written(tensors, null);

        Assert.Equal(file, await Written(tensors, null));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(file) % 8);
        Assert.Equal(20, file.Length - 8 - BinaryPrimitives.ReadInt64LittleEndian(file));
    }

    /// <summary>A dispose scope left open while the write waits would take the caller's tensors with it.</summary>
    [Fact]
    public async Task Write_ThatHasToWait_LeavesTheCallersTensorsAlone()
    {
        using var values = Counted(100_000);
        using var transposed = values.view(100, 1000).t();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4096, resumeWriterThreshold: 2048));
        var writing = Safetensors.WriteAsync(
            pipe.Writer.AsStream(),
            [KeyValuePair.Create("a", transposed), KeyValuePair.Create("b", values)],
            null,
            Cancellation
        );
        Assert.False(writing.IsCompleted);

        using var meanwhile = ones(3);
        var completing = writing.ContinueWith(
            _ => pipe.Writer.Complete(),
            Cancellation,
            TaskContinuationOptions.None,
            TaskScheduler.Default
        );
        using var content = await Safetensors.ReadAsync(pipe.Reader.AsStream(), "pipe", Cancellation);
        await writing;
        await completing;

        Assert.False(meanwhile.IsInvalid);
        Assert.True(content.Tensors["a"].equal(transposed).all().item<bool>());
        Assert.True(content.Tensors["b"].equal(values).all().item<bool>());
    }

    [Theory]
    [InlineData("F16", 0x3C00, 1.0)]
    [InlineData("F16", 0xC500, -5.0)]
    [InlineData("BF16", 0x3F80, 1.0)]
    [InlineData("BF16", 0x4049, 3.140625)]
    public async Task Read_OfSixteenBitValues_UnderstandsTheirBits(string type, int bits, double expected)
    {
        var file = File($$$"""{"a":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,2]}}""", [(byte)bits, (byte)(bits >> 8)]);

        using var content = await Safetensors.ReadAsync(new MemoryStream(file), "file", Cancellation);

        using var value = content.Tensors["a"].to(ScalarType.Float64);
        Assert.Equal(expected, value.item<double>());
    }

    [Fact]
    public async Task Read_WithTheHeaderInAnotherOrderThanTheValues_FollowsTheOffsets()
    {
        var file = File(
            """{"b":{"dtype":"F32","shape":[],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""",
            [0, 0, 128, 63, 0, 0, 0, 64]
        );

        using var content = await Safetensors.ReadAsync(new MemoryStream(file), "file", Cancellation);

        Assert.Equal(1, content.Tensors["a"].item<float>());
        Assert.Equal(2, content.Tensors["b"].item<float>());
    }

    public static TheoryData<string, byte[], string> BadFiles =>
        new()
        {
            { "empty", [], "ends too early" },
            { "cut inside the length", [1, 0, 0], "ends too early" },
            { "cut inside the header", File(OneFloat, [])[..30], "ends too early" },
            { "cut inside the values", File(OneFloat, [0, 0, 128]), "ends too early" },
            { "more values than the header names", File(OneFloat, [0, 0, 128, 63, 0]), "more bytes" },
            { "a zipped pickle", [.. "PK\x03\x04\0\0\x08\x08\0\0"u8, .. new byte[100]], "pickled" },
            { "an old pickle", [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20], "pickled" },
            { "an absurd header length", [.. BitConverter.GetBytes(long.MaxValue), 0x7B], "9223372036854775807 bytes" },
            { "a negative header length", [.. BitConverter.GetBytes(-1L), 0x7B], "-1 bytes" },
            { "no header", [.. BitConverter.GetBytes(0L)], "0 bytes" },
            { "a header that is no JSON", File("{\"a\":", []), "not a safetensors file" },
            { "a header that is a list", File("[1]", []), "not a safetensors file" },
            {
                "a header with broken UTF-8",
                [.. BitConverter.GetBytes(8L), 0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D],
                "not a safetensors file"
            },
            { "an entry that is a number", File("""{"a":1}""", []), "not a safetensors file" },
            { "an entry without a shape", File("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", new byte[4]), "not a safetensors file" },
            { "one offset", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", new byte[4]), "not a safetensors file" },
            {
                "an offset that is no integer",
                File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.5]}}""", new byte[4]),
                "not a safetensors file"
            },
            { "a type unheard of", File("""{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", new byte[1]), "F8_E4M3" },
            {
                "fewer bytes than the shape needs",
                File("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", new byte[4]),
                "cannot occupy"
            },
            { "offsets in reverse", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", new byte[4]), "cannot occupy" },
            { "a negative offset", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", new byte[4]), "cannot occupy" },
            { "a negative side", File("""{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", new byte[4]), "negative" },
            {
                "a shape beyond counting",
                File("""{"a":{"dtype":"F32","shape":[9000000000,9000000000],"data_offsets":[0,4]}}""", new byte[4]),
                "not a safetensors file"
            },
            {
                "values past the end",
                File("""{"a":{"dtype":"F32","shape":[400000000],"data_offsets":[0,1600000000]}}""", new byte[4]),
                "ends too early"
            },
            { "a gap", File("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", new byte[8]), "start at 4" },
            {
                "an overlap",
                File(
                    """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
                    new byte[8]
                ),
                "start at 4"
            },
            {
                "a name twice",
                File(
                    """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
                    new byte[8]
                ),
                "twice"
            },
        };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public async Task Read_OfAFileThatIsNotSound_SaysSoInOneLineThatNamesIt(string what, byte[] file, string expected)
    {
        var fault = await Assert.ThrowsAsync<WeightsException>(() =>
            Safetensors.ReadAsync(new MemoryStream(file), "encoder.safetensors", Cancellation)
        );

        Assert.StartsWith("encoder.safetensors", fault.Message, StringComparison.Ordinal);
        Assert.True(fault.Message.Contains(expected, StringComparison.Ordinal), $"{what}: {fault.Message}");
        Assert.DoesNotContain('\n', fault.Message);
    }

    /// <summary>0, 1, 2, ...</summary>
    private static Tensor Counted(long count) => ScalarOperations.Multiples(count, 1, CPU).to(ScalarType.Float32);

    private static byte[] File(string header, byte[] values) =>
        [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. values];

    private static async Task<byte[]> Written(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata)
    {
        using var stream = new MemoryStream();
        await Safetensors.WriteAsync(stream, tensors, metadata, Cancellation);
        return stream.ToArray();
    }
}
