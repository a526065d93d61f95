using System.Buffers;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference;

/// <summary>A picture as it arrived, in memory or spooled.</summary>
public sealed class UploadedPicture
{
    private readonly SpooledPart? _part;

    /// <param name="name">How answers call it.</param>
    /// <param name="encoded">The file; null where it was over the limit and not kept.</param>
    public UploadedPicture(string name, ReadOnlyMemory<byte>? encoded) => (Name, Encoded, IsKept) = (name, encoded, encoded is not null);

    internal UploadedPicture(string name, SpooledPart? part) => (Name, _part, IsKept) = (name, part, part is not null);

    public string Name { get; }

    /// <summary>False where it was over the limit.</summary>
    public bool IsKept { get; }

    /// <summary>The file where it is in memory.</summary>
    public ReadOnlyMemory<byte>? Encoded { get; }

    /// <summary>The whole file, to be given back.</summary>
    internal async ValueTask<LoadedPicture> LoadAsync(CancellationToken cancellationToken)
    {
        if (_part is not { } part)
        {
            return new LoadedPicture(Encoded ?? throw new InvalidOperationException($"{Name} was not kept"), null);
        }

        var owner = MemoryPool<byte>.Shared.Rent(Math.Max(1, part.Length));
        try
        {
            var bytes = owner.Memory[..part.Length];
            await part.ReadAsync(bytes, cancellationToken);
            return new LoadedPicture(bytes, owner);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    internal readonly record struct LoadedPicture(ReadOnlyMemory<byte> Bytes, IDisposable? Owner) : IDisposable
    {
        public void Dispose() => Owner?.Dispose();
    }
}
