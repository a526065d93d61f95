using System.IO.Pipelines;
using System.Security.Cryptography;
using SsFer.Artifacts.Storage;

namespace SsFer.Artifacts.Checkpoints;

/// <summary>Single files in the store, hashed on the way in and checked on the way out.</summary>
internal static class StoredFiles
{
    /// <summary>Streams what <paramref name="content"/> writes to <paramref name="path"/>; memory holds one buffer of it.</summary>
    public static async Task<StoredFile> PutAsync(
        IArtifactStore store,
        string path,
        string name,
        Func<Stream, CancellationToken, Task> content,
        CancellationToken cancellationToken
    )
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, minimumSegmentSize: 1 << 16));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // On its own thread: a producer that writes synchronously waits there for the store to read.
        var producing = Task.Run(() => ProduceAsync(pipe.Writer, name, content, stop.Token), CancellationToken.None);
        try
        {
            await using var reading = pipe.Reader.AsStream();
            await store.PutAsync(path, reading, cancellationToken);
        }
        catch
        {
            // The producer must be gone before its stream is. A fault of its own is the cause of whatever the store met while reading.
            await stop.CancelAsync();
            await ((Task)producing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (producing.IsFaulted)
            {
                await producing;
            }

            throw;
        }

        return await producing;
    }

    /// <summary>Opens a file whose length and hash are as recorded, at its beginning; the stream can seek.</summary>
    /// <exception cref="CorruptArtifactException">They are not.</exception>
    public static async Task<Stream> OpenAsync(
        IArtifactStore store,
        string path,
        string sha256,
        long length,
        CancellationToken cancellationToken
    )
    {
        Stream stream;
        try
        {
            stream = await store.OpenReadAsync(path, cancellationToken);
        }
        catch (ArtifactNotFoundException e)
        {
            throw Corrupt(path, "it is gone", e);
        }

        try
        {
            if (!stream.CanSeek)
            {
                stream = await SpoolAsync(stream, cancellationToken);
            }

            if (stream.Length != length)
            {
                throw Corrupt(path, $"it has {stream.Length} bytes instead of {length}");
            }

            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)) != sha256)
            {
                throw Corrupt(path, "its SHA-256 is not the one recorded");
            }

            stream.Position = 0;
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async Task<StoredFile> ProduceAsync(
        PipeWriter writer,
        string name,
        Func<Stream, CancellationToken, Task> content,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var hashing = new HashingStream(writer.AsStream(leaveOpen: true), cancellationToken);
            await content(hashing, cancellationToken);
            await hashing.FlushAsync(cancellationToken);
            await writer.CompleteAsync();
            return new StoredFile(name, hashing.Sha256, hashing.Position);
        }
        catch (Exception e)
        {
            // The reader meets the fault instead of an end of file, so the store keeps nothing of a file half produced.
            await writer.CompleteAsync(e);
            throw;
        }
    }

    // What is verified must be what is then read: a remote file is fetched once, to a local file that vanishes with its stream.
    private static async Task<Stream> SpoolAsync(Stream remote, CancellationToken cancellationToken)
    {
        await using var _ = remote;
        var local = AnonymousFile.Create();
        try
        {
            await remote.CopyToAsync(local, cancellationToken);
            local.Position = 0;
            return local;
        }
        catch
        {
            await local.DisposeAsync();
            throw;
        }
    }

    private static CorruptArtifactException Corrupt(string path, string what, Exception? inner = null) =>
        new($"'{path}' is not what was written: {what}; restore it from a copy, or start again with another --run", inner);
}
