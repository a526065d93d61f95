using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Learning.Augmentation;

namespace SsFer.Stages.Faces;

/// <summary>
/// The pixels of a dataset version, decoded once into a local file and read back at random from any thread. Versions that have the
/// same pictures under other labels share the file. A face costs one read of it, which the operating system keeps in memory as far as
/// there is room; nothing grows with the dataset.
/// </summary>
public sealed class DecodedFaces : IDisposable
{
    private const byte Grey = 1;
    private const byte Colour = 3;

    private readonly SafeFileHandle _file;
    private readonly int _size;
    private readonly int _stride;

    private DecodedFaces(SafeFileHandle file, int size)
    {
        _file = file;
        _size = size;
        _stride = Stride(size);
    }

    /// <summary>Opens the faces of a version, decoded before or now; what is open stays readable even when the cache evicts it.</summary>
    /// <param name="reader">The version.</param>
    /// <param name="size">Side of its faces, in pixels.</param>
    /// <param name="cache">Holds what is decoded.</param>
    /// <param name="onDecoded">Called for each face that is decoded now, by several threads; null = nothing.</param>
    /// <param name="cancellationToken">Stops the decoding.</param>
    public static async Task<DecodedFaces> OpenAsync(
        DatasetReader reader,
        int size,
        CacheSpace cache,
        Action? onDecoded,
        CancellationToken cancellationToken
    )
    {
        var file = cache.DecodedFile($"{reader.Manifest.Name}-{HashOfPictures(reader.Manifest)}-{size}");
        var expected = (long)Stride(size) * reader.Manifest.Shards.Sum(shard => shard.Items);
        if (cache.TryOpen(file) is { } handle)
        {
            if (RandomAccess.GetLength(handle) == expected)
            {
                return new DecodedFaces(handle, size);
            }

            handle.Dispose();
        }

        cache.MakeRoom(expected);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var partial = CacheSpace.PartialOf(file);
        // One handle from the first byte on, through the move into place, to the last read: while it is open nobody takes the file for
        // abandoned or unused.
        var decoded = File.OpenHandle(
            partial,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.RandomAccess
        );
        try
        {
            RandomAccess.SetLength(decoded, expected); // also where the last picture was erased
            await DecodeAsync(reader, size, decoded, onDecoded, cancellationToken);
            cache.Touch(decoded);
            // Its length is all that later readers look at, and would outlive content lost with the power
            RandomAccess.FlushToDisk(decoded);
            File.Move(partial, file, overwrite: true);
            return new DecodedFaces(decoded, size);
        }
        catch
        {
            decoded.Dispose();
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>The face at a <see cref="DatasetEntry.Position"/>.</summary>
    public PlanarImage Read(int position)
    {
        Span<byte> channels = stackalloc byte[1];
        var offset = (long)position * _stride;
        ReadExactly(channels, offset);
        var pixels = new byte[channels[0] * _size * _size];
        ReadExactly(pixels, offset + 1);
        return new PlanarImage(pixels, channels[0], _size, _size);
    }

    public void Dispose() => _file.Dispose();

    private static int Stride(int size) => 1 + (Colour * size * size);

    /// <summary>Of all that decides what is decoded: the shards, and which of their pictures were erased.</summary>
    private static string HashOfPictures(DatasetManifest manifest)
    {
        var shards = manifest.Shards.Select(shard => shard.Erased is null ? shard.Sha256 : $"{shard.Sha256} {shard.LabelsSha256}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', shards))))[..16];
    }

    private static async Task DecodeAsync(
        DatasetReader reader,
        int size,
        SafeFileHandle file,
        Action? onDecoded,
        CancellationToken cancellationToken
    )
    {
        var decoder = new PictureDecoder();
        var stride = Stride(size);
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(reader.EntriesAsync(cancellationToken), options, (entry, _) =>
        {
            var encoded = new byte[entry.Length];
            reader.ReadImage(entry, encoded);
            var picture = decoder.Decode(encoded, entry.Item.Key);
            if (picture.Width != size || picture.Height != size)
            {
                throw new CorruptArtifactException(
                    $"face '{entry.Item.Key}' has {picture.Width} x {picture.Height} pixels instead of {size} x {size}: prepare "
                        + $"the dataset again"
                );
            }

            var record = new byte[stride];
            Separate(picture, record);
            RandomAccess.Write(file, record, (long)entry.Position * stride);
            onDecoded?.Invoke();
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Interleaved to planar; a grey picture keeps one plane.</summary>
    private static void Separate(Picture picture, Span<byte> record)
    {
        var pixels = picture.Pixels;
        var plane = picture.Width * picture.Height;
        record[0] = picture.IsGrey() ? Grey : Colour;
        for (var channel = 0; channel < record[0]; channel++)
        {
            var target = record.Slice(1 + (channel * plane), plane);
            for (var i = 0; i < plane; i++)
            {
                target[i] = pixels[(3 * i) + channel];
            }
        }
    }

    private void ReadExactly(Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(_file, buffer, offset);
            if (read == 0)
            {
                throw new EndOfStreamException(
                    "the cache of decoded faces was cut short: delete the cache folder and run the same command again"
                );
            }

            buffer = buffer[read..];
            offset += read;
        }
    }
}
