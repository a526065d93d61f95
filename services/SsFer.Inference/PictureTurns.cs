using SsFer.Inference.Http;

namespace SsFer.Inference;

/// <summary>
/// How many pictures are decoded and searched at a time, and how many bytes their decoding may hold, over all requests of all
/// callers. This is the part of one caller.
/// </summary>
public sealed class PictureTurns
{
    private readonly FairTurns _turns;
    private readonly FairTurns _memory;
    private readonly string _caller;

    /// <param name="parallelism">Pictures at a time.</param>
    /// <param name="maxDecodingBytes">Bytes that their decoding may hold together.</param>
    public PictureTurns(int parallelism, long maxDecodingBytes)
        : this(NewTurns(parallelism), NewTurns(maxDecodingBytes), "", parallelism) { }

    private PictureTurns(FairTurns turns, FairTurns memory, string caller, int parallelism) =>
        (_turns, _memory, _caller, Parallelism) = (turns, memory, caller, parallelism);

    public int Parallelism { get; }

    internal PictureTurns Of(string caller) => new(_turns, _memory, caller, Parallelism);

    /// <summary>Waits until one more picture may be worked on.</summary>
    internal Task<IDisposable> EnterAsync(CancellationToken cancellationToken) => _turns.EnterAsync(_caller, 1, cancellationToken);

    /// <summary>Waits, in a turn, until there is room for as many bytes.</summary>
    internal Task<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken) =>
        _memory.EnterAsync(_caller, bytes, cancellationToken);

    /// <summary>Any number waits, and an idle turn is anybody's.</summary>
    private static FairTurns NewTurns(long amount) => new(new Shares(amount, long.MaxValue), Shares.Unlimited, "");
}
