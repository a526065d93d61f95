using SsFer.Inference.Http;
using SsFer.ServiceDefaults.Http;

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

    /// <summary>Turns that have to stay free; null for one who waits for its own.</summary>
    private readonly long? _spare;

    /// <param name="parallelism">Pictures at a time.</param>
    /// <param name="maxDecodingBytes">Bytes that their decoding may hold together.</param>
    /// <param name="time">Tells who asked lately: one caller of several leaves the others a turn.</param>
    public PictureTurns(int parallelism, long maxDecodingBytes, TimeProvider time)
        : this(NewTurns(parallelism, new RecentCallers(time)), NewTurns(maxDecodingBytes), "", parallelism, spare: null) { }

    private PictureTurns(FairTurns turns, FairTurns memory, string caller, int parallelism, long? spare) =>
        (_turns, _memory, _caller, Parallelism, _spare) = (turns, memory, caller, parallelism, spare);

    public int Parallelism { get; }

    internal PictureTurns Of(string caller) => new(_turns, _memory, caller, Parallelism, _spare);

    /// <summary>
    /// For what must be in nobody's way: one picture at a time, and only with what is free at once. Where there is more than one turn,
    /// the last that is free stays so.
    /// </summary>
    internal PictureTurns WithoutWaiting() => new(_turns, _memory, _caller, parallelism: 1, Parallelism > 1 ? 1 : 0);

    /// <summary>Waits until one more picture may be worked on.</summary>
    /// <exception cref="RequestRefusedException">It would have to wait, and must not.</exception>
    internal Task<IDisposable> EnterAsync(CancellationToken cancellationToken) => TakeAsync(_turns, 1, _spare, cancellationToken);

    /// <summary>Waits, in a turn, until there is room for as many bytes.</summary>
    /// <exception cref="RequestRefusedException">It would have to wait, and must not.</exception>
    internal Task<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken) =>
        TakeAsync(_memory, bytes, _spare is null ? null : 0, cancellationToken);

    private Task<IDisposable> TakeAsync(FairTurns from, long weight, long? spare, CancellationToken cancellationToken) =>
        spare is { } free ? Task.FromResult(from.EnterAtOnce(_caller, weight, free)) : from.EnterAsync(_caller, weight, cancellationToken);

    /// <summary>Any number waits, and all is anybody's who is alone.</summary>
    private static FairTurns NewTurns(long amount, RecentCallers? callers = null) =>
        new(new Shares(amount, long.MaxValue), Shares.Unlimited, "nothing is free for work that must not wait", callers);
}
