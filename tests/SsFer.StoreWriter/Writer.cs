using System.Globalization;
using System.Text;
using SsFer.Artifacts.Storage;

namespace SsFer.StoreWriter;

/// <summary>What a writer process does to a store.</summary>
internal sealed class Writer(IArtifactStore store, string path)
{
    public async Task ClaimAsync(int count, TextWriter won)
    {
        var me = Encoding.UTF8.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        for (var i = 0; i < count; i++)
        {
            if (await store.TryPutIfAbsentAsync($"{path}/{i}", me, CancellationToken.None) is not null)
            {
                await won.WriteLineAsync(i.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    public async Task IncrementAsync(int times)
    {
        for (var done = 0; done < times; )
        {
            var read = await store.TryReadAsync(path, CancellationToken.None) ?? throw new ArtifactNotFoundException(path);
            var next = int.Parse(read.Content.Span, CultureInfo.InvariantCulture) + 1;
            var content = Encoding.UTF8.GetBytes(next.ToString(CultureInfo.InvariantCulture));
            done += await store.TryPutIfMatchAsync(path, content, read.ETag, CancellationToken.None) is null ? 0 : 1;
        }
    }

    public Task HangAsync(int bytes, TextWriter output) => store.PutAsync(path, new HangingStream(bytes, output), CancellationToken.None);

    /// <summary>Gives its bytes, says so, and then never ends.</summary>
    private sealed class HangingStream(int bytes, TextWriter output) : MemoryStream(new byte[bytes])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await base.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                return read;
            }

            await output.WriteLineAsync("waiting");
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            while (await ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
    }
}
