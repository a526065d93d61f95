using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SsFer.ServiceDefaults.Http;

namespace SsFer.ServiceDefaults.Tests.Http;

public sealed class BoundedBodyTests
{
    [Theory]
    [InlineData("HTTP/1.1", 8192, 8192.0)]
    [InlineData("HTTP/1.1", 0, null)]
    [InlineData("HTTP/2", 8192, 240.0)] // where a rate of one request is a fault
    public void RequireRate_OfARequest_IsToldToTheServer(string protocol, int rate, double? expected)
    {
        var server = new Server();
        var context = new DefaultHttpContext { Request = { Protocol = protocol } };
        context.Features.Set<IHttpMinRequestBodyDataRateFeature>(server);

        BoundedBody.RequireRate(context.Request, rate);

        Assert.Equal(expected, server.MinDataRate?.BytesPerSecond);
    }

    private sealed class Server : IHttpMinRequestBodyDataRateFeature
    {
        public MinDataRate? MinDataRate { get; set; } = new(240, TimeSpan.FromSeconds(5));
    }
}
