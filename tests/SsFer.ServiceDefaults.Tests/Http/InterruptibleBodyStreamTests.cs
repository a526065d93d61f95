using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using SsFer.ServiceDefaults.Http;

namespace SsFer.ServiceDefaults.Tests.Http;

public sealed class InterruptibleBodyStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_WhereTheServerGaveTheConnectionUp_IsAFaultOfTheConnectionAndNoCancellation()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("beginning"u8.ToArray(), Token);
        await using var body = new InterruptibleBodyStream(pipe.Reader);
        Assert.Equal(9, await body.ReadAsync(new byte[100], Token));
        await pipe.Writer.CompleteAsync(new ConnectionAbortedException("timed out"));

        var fault = await Assert.ThrowsAsync<ConnectionResetException>(() => body.ReadExactlyAsync(new byte[100], Token).AsTask());

        Assert.Equal("timed out", fault.Message);
    }

    [Fact]
    public async Task Read_ThatIsBrokenOff_IsACancellation()
    {
        using var enough = new CancellationTokenSource();
        await using var body = new InterruptibleBodyStream(new Pipe().Reader);
        var reading = body.ReadAsync(new byte[100], enough.Token).AsTask();

        await enough.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
