using Microsoft.Extensions.Time.Testing;
using SsFer.Inference.Http;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Tests;

public sealed class FairTurnsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Caller_ThatAsksForEverything_LeavesTheOthersTheirPart()
    {
        var turns = new FairTurns(Shares.Of(4, 0.5), Shares.Unlimited, "busy");
        var greedy = Enumerable.Range(0, 10).Select(_ => turns.EnterAsync("a", 1, Token)).ToList();

        Assert.Equal(2, greedy.Count(turn => turn.IsCompleted));
        Assert.True(turns.EnterAsync("b", 1, Token).IsCompleted);
        Assert.Equal(3, turns.InUse);
        (await greedy[0]).Dispose();
        await greedy[2].WaitAsync(Token);
        Assert.False(greedy[3].IsCompleted);
    }

    [Fact]
    public async Task Share_ForOneWhoDoesNotWait_IsHadOnlyWhereItIsToSpare()
    {
        var turns = new FairTurns(new Shares(3, 2), Shares.Unlimited, "busy");

        turns.EnterAtOnce("shadow", 1, spare: 1).Dispose();
        using (turns.EnterAtOnce("shadow", 2, spare: 1))
        {
            Assert.Equal(503, Assert.Throws<RequestRefusedException>(() => turns.EnterAtOnce("other", 1, spare: 1)).Status);
            Assert.Throws<RequestRefusedException>(() => turns.EnterAtOnce("shadow", 1, spare: 0)); // it has its part
            Assert.Equal((2, 0), (turns.InUse, turns.Waiting));
            using var last = await turns.EnterAsync("other", 1, Token);
            var waiting = turns.EnterAsync("other", 1, Token);
            Assert.Throws<RequestRefusedException>(() => turns.EnterAtOnce("third", 0, spare: 0)); // others wait already
            last.Dispose();
            (await waiting.WaitAsync(Token)).Dispose();
        }

        Assert.Equal((0, 0), (turns.InUse, turns.Waiting));
    }

    [Fact]
    public async Task Caller_ThatIsNotAlone_LeavesAShareToTheOthers_UntilNobodyElseHasAskedForAWhile()
    {
        var time = new FakeTimeProvider();
        var turns = new FairTurns(new Shares(2, 2), Shares.Unlimited, "busy", new RecentCallers(time));
        var (first, second) = (await turns.EnterAsync("a", 1, Token), await turns.EnterAsync("a", 1, Token)); // alone: it has both
        var other = turns.EnterAsync("b", 1, Token);
        var third = turns.EnterAsync("a", 1, Token);

        first.Dispose();
        (await other.WaitAsync(Token)).Dispose();
        Assert.False(third.IsCompleted); // one is free and stays so: b may come again

        time.Advance(TimeSpan.FromSeconds(4));
        using (await turns.EnterAsync("b", 1, Token).WaitAsync(Token))
        {
            Assert.False(third.IsCompleted);
        }

        time.Advance(TimeSpan.FromSeconds(6));
        var fourth = turns.EnterAsync("a", 1, Token);
        (await third.WaitAsync(Token)).Dispose();
        (await fourth.WaitAsync(Token)).Dispose();
        second.Dispose();
        Assert.Equal((0, 0), (turns.InUse, turns.Waiting));
    }

    [Fact]
    public async Task Caller_OfTwo_HasAllSharesButOne()
    {
        var turns = new FairTurns(new Shares(3, 3), Shares.Unlimited, "busy", new RecentCallers(new FakeTimeProvider()));
        (await turns.EnterAsync("b", 1, Token)).Dispose();

        var greedy = Enumerable.Range(0, 3).Select(_ => turns.EnterAsync("a", 1, Token)).ToList();

        Assert.Equal([true, true, false], greedy.Select(turn => turn.IsCompleted));
        (await turns.EnterAsync("b", 1, Token).WaitAsync(Token)).Dispose();
    }

    [Fact]
    public async Task Callers_ThatWait_AreServedInRotation()
    {
        var turns = new FairTurns(new Shares(1, 1), Shares.Unlimited, "busy");
        var held = await turns.EnterAsync("a", 1, Token);
        var order = new List<string>();
        var waiting = new[] { "a1", "a2", "a3", "b1", "b2", "c1" }
            .Select(name => (name, turn: turns.EnterAsync(name[..1], 1, Token)))
            .ToList();
        while (waiting.Count > 0)
        {
            held.Dispose();
            held = await await Task.WhenAny(waiting.Select(each => each.turn)).WaitAsync(Token);
            var next = waiting.Single(each => each.turn.IsCompleted);
            waiting.Remove(next);
            order.Add(next.name);
        }

        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "a3"], order);
    }

    [Fact]
    public async Task Share_ThatIsLarge_IsNotOvertakenForEver()
    {
        var turns = new FairTurns(new Shares(10, 10), Shares.Unlimited, "busy");
        var first = await turns.EnterAsync("a", 6, Token);
        var large = turns.EnterAsync("b", 9, Token);
        var small = turns.EnterAsync("c", 1, Token);

        Assert.False(large.IsCompleted || small.IsCompleted);
        first.Dispose();
        await Task.WhenAll(large, small).WaitAsync(Token);
        Assert.Equal(10, turns.InUse);
    }

    [Fact]
    public async Task Waiter_ThatGivesUp_MakesWay()
    {
        var turns = new FairTurns(new Shares(1, 1), new Shares(1, 1), "busy");
        var held = await turns.EnterAsync("a", 1, Token);
        using var patience = new CancellationTokenSource();
        var waiting = turns.EnterAsync("b", 1, patience.Token);
        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(() => turns.EnterAsync("c", 1, Token));

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((503, 1, "busy"), (refusal.Status, refusal.RetryAfter, refusal.Message));
        var next = turns.EnterAsync("c", 1, Token);
        held.Dispose();
        (await next).Dispose();
        Assert.Equal(0, turns.InUse);
    }

    [Fact]
    public async Task Turns_UnderLoad_AreNeverMoreThanThereAre()
    {
        var turns = new FairTurns(new Shares(3, 2), Shares.Unlimited, "busy");
        var (now, most) = (0, 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, 400)
                .Select(i =>
                    Task.Run(
                        async () =>
                        {
                            using var turn = await turns.EnterAsync($"{i % 5}", 1, Token);
                            var count = Interlocked.Increment(ref now);
                            InterlockedMax(ref most, count);
                            await Task.Yield();
                            Interlocked.Decrement(ref now);
                        },
                        Token
                    )
                )
        );

        Assert.InRange(most, 1, 3);
        Assert.Equal(0, turns.InUse);

        static void InterlockedMax(ref int target, int value)
        {
            for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            {
                Interlocked.CompareExchange(ref target, value, seen);
            }
        }
    }
}
