using System.Buffers;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace SsFer.Artifacts.Azure;

/// <summary>
/// Streams content of any length into a block blob. Blocks are staged unseen and become the blob by one commit, so a torn upload
/// leaves nothing (the service drops its blocks after a week). Block ids are this upload's own: derived from offsets, as the client
/// library does it, they would let two uploads to one path mix their blocks.
/// </summary>
internal sealed class BlockUpload(BlockBlobClient blob, string path, BlobFaults faults)
{
    /// <summary>Bytes; the service takes 50,000 blocks, which bounds an artifact to 195 GiB.</summary>
    internal const int BlockSize = 4 << 20;

    /// <summary>One block is read while the other is sent.</summary>
    private const int InFlight = 2;

    private readonly Guid _upload = Guid.NewGuid();
    private readonly List<string> _blocks = [];

    /// <param name="content">Read to its end; its own faults come through as they are.</param>
    /// <param name="write">Does one request to the service, making the container where it is missing.</param>
    /// <param name="cancellationToken">Stops; nothing becomes visible.</param>
    public async Task RunAsync(Stream content, Func<Func<Task<Response>>, Task<Response>> write, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var buffers = Enumerable.Range(0, InFlight).Select(_ => ArrayPool<byte>.Shared.Rent(BlockSize)).ToArray();
        var sending = Enumerable.Repeat(Task.CompletedTask, InFlight).ToArray();
        try
        {
            for (var (turn, length) = (0, BlockSize); length == BlockSize; turn = (turn + 1) % InFlight)
            {
                await sending[turn];
                length = await content.ReadAtLeastAsync(
                    buffers[turn].AsMemory(0, BlockSize),
                    BlockSize,
                    throwOnEndOfStream: false,
                    cancellationToken
                );
                var block = buffers[turn].AsMemory(0, length);
                if (length < BlockSize && _blocks.Count == 0)
                {
                    await SendAsync(write, body => blob.UploadAsync(body, new BlobUploadOptions(), stop.Token), block, cancellationToken);
                    return;
                }

                if (length > 0)
                {
                    var id = NextId();
                    sending[turn] = SendAsync(
                        write,
                        body => blob.StageBlockAsync(id, body, cancellationToken: stop.Token),
                        block,
                        stop.Token
                    );
                }
            }

            await Task.WhenAll(sending);
            await faults.GuardAsync(path, CommitAsync, cancellationToken);
        }
        finally
        {
            // A buffer goes back only when nobody sends from it any more.
            await stop.CancelAsync();
            await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Array.ForEach(buffers, buffer => ArrayPool<byte>.Shared.Return(buffer));
        }

        async Task<Response> CommitAsync()
        {
            try
            {
                return (await blob.CommitBlockListAsync(_blocks, new CommitBlockListOptions(), cancellationToken)).GetRawResponse();
            }
            catch (RequestFailedException fault) when (fault.ErrorCode == BlobErrorCode.InvalidBlockList)
            {
                throw faults.Unavailable(path, "another writer replaced it in the meantime, which drops the blocks of this upload", fault);
            }
        }
    }

    private Task<Response> SendAsync<T>(
        Func<Func<Task<Response>>, Task<Response>> write,
        Func<Stream, Task<Response<T>>> request,
        ReadOnlyMemory<byte> block,
        CancellationToken cancellationToken
    ) =>
        faults.GuardAsync(
            path,
            () =>
                write(async () =>
                {
                    using var body = BinaryData.FromBytes(block).ToStream();
                    return (await request(body)).GetRawResponse();
                }),
            cancellationToken
        );

    /// <summary>All ids of a blob have to be of one length.</summary>
    private string NextId()
    {
        Span<byte> id = stackalloc byte[20];
        _upload.TryWriteBytes(id);
        BitConverter.TryWriteBytes(id[16..], _blocks.Count);
        _blocks.Add(Convert.ToBase64String(id));
        return _blocks[^1];
    }
}
