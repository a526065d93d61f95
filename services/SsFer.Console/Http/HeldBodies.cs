using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Http;

/// <summary>
/// How many bytes of bodies stand in memory at a time, until their requests are answered; half of them are any one caller's.
/// </summary>
internal sealed class HeldBodies(IOptions<ConsoleOptions> options)
{
    private readonly SpoolRoom _room = new(
        options.Value.MaxHeldBytes,
        Math.Max(options.Value.MaxHeldBytes / 2, options.Value.MaxDocumentBytes)
    );

    /// <summary>The body of a request that is about to be read; given back with its answer.</summary>
    public HeldBody Begin(HttpRequest request)
    {
        BoundedBody.RequireRate(request, options.Value.MinUploadRate);
        var held = new HeldBody(_room, Caller.Of(request.HttpContext));
        request.HttpContext.Response.RegisterForDispose(held);
        return held;
    }
}

/// <summary>The part of one body.</summary>
internal sealed class HeldBody(SpoolRoom room, string caller) : IDisposable
{
    private long _bytes;

    /// <exception cref="RequestRefusedException">There is no room now.</exception>
    public void Take(int bytes)
    {
        room.Take(caller, bytes);
        _bytes += bytes;
    }

    public void Dispose() => room.GiveBack(caller, Interlocked.Exchange(ref _bytes, 0));
}
