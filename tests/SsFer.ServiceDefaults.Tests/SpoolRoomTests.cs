using SsFer.ServiceDefaults.Http;

namespace SsFer.ServiceDefaults.Tests;

public sealed class SpoolRoomTests
{
    [Fact]
    public void Room_OfOneCaller_IsAPartOfAll()
    {
        var room = new SpoolRoom(maxBytes: 100, maxBytesOfOne: 60);
        room.Take("a", 60);

        Assert.Throws<RequestRefusedException>(() => room.Take("a", 1));
        room.Take("b", 40);
        Assert.Throws<RequestRefusedException>(() => room.Take("b", 1));
        Assert.Equal(100, room.Bytes); // what was refused takes no place

        room.GiveBack("a", 60);
        room.Take("b", 20);
        room.GiveBack("b", 60);
        Assert.Equal(0, room.Bytes);
    }
}
