using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using SsFer.Inference.Streams;

namespace SsFer.Inference.Tests.Streams;

public sealed class FrameLinesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_ThatComesByteForByte_IsLookedAtOnce()
    {
        const int length = 3000;
        var pipe = new Pipe();
        var reader = new CountingReader(pipe.Reader);
        var lines = new FrameLines(reader, length);

        var line = lines.NextAsync(Token);
        for (var i = 0; i < length; i++)
        {
            await pipe.Writer.WriteAsync("x"u8.ToArray(), Token);
            await reader.UntilReadAsync(i + 1);
        }

        await pipe.Writer.WriteAsync("\n"u8.ToArray(), Token);

        using (var whole = await line)
        {
            Assert.Equal(new string('x', length), Encoding.ASCII.GetString(whole!.Text.Span));
        }

        Assert.Equal(length + 1, reader.Seen);
    }

    [Fact]
    public async Task Lines_OfOneRead_ComeOneByOneWithoutTheBlankOnes()
    {
        var lines = Of("one\n\r\n \t\ntwo\r\n\nthree");

        Assert.Equal(["one", "two\r", "three"], await AllAsync(lines));
    }

    [Fact]
    public async Task Line_WhileTheCallerHasGivenUp_IsNotGivenOut()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Of("one\n").NextAsync(given.Token));
    }

    private static FrameLines Of(string text) => new(PipeReader.Create(new MemoryStream(Encoding.ASCII.GetBytes(text))), 100);

    private static async Task<IReadOnlyList<string>> AllAsync(FrameLines lines)
    {
        var all = new List<string>();
        while (await lines.NextAsync(Token) is { } line)
        {
            all.Add(Encoding.ASCII.GetString(line.Text.Span));
            line.Dispose();
        }

        return all;
    }

    /// <summary>Adds up how many bytes its reader was given, again and again those that it left.</summary>
    private sealed class CountingReader(PipeReader inner) : PipeReader
    {
        private readonly Channel<bool> _advanced = Channel.CreateUnbounded<bool>();
        private long _reads;

        public long Seen { get; private set; }

        public async Task UntilReadAsync(long reads)
        {
            for (; _reads < reads; _reads++)
            {
                await _advanced.Reader.ReadAsync(Token);
            }
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(cancellationToken);
            Seen += read.Buffer.Length;
            return read;
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            inner.AdvanceTo(consumed, examined);
            _advanced.Writer.TryWrite(true);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
