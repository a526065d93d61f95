using System.Text;
using SsFer.Inference.Http;

namespace SsFer.Inference.Tests;

/// <summary>Pictures in base64.</summary>
public sealed class JsonBodyTests
{
    private const string Form = "{\"pictures\": [{\"name\": \"face.jpg\", \"data\": \"BASE64\"}]}";

    [Fact]
    public async Task Pictures_AreAnsweredAsThoseOfAForm()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxPictureBytes", "20000"), ("MemoryBytesPerRequest", "1000"));
        (string? Name, byte[] Content)[] sent =
        [
            ("a/b\u0007.png", Requests.Plain()),
            (null, Requests.Plain(200, 100)),
            ("text", "no picture"u8.ToArray()),
            ("long.png", new byte[20_001]),
        ];

        var answer = await host.AnswerAsync(Requests.Json(sent));

        Assert.Equal(["b.png", "image 2", "text", "long.png"], answer.Pictures.Select(picture => picture.Name));
        Assert.Equal(
            [PictureStatus.Ok, PictureStatus.Ok, PictureStatus.Unreadable, PictureStatus.TooLarge],
            answer.Pictures.Select(picture => picture.Status)
        );
        Assert.Equal((200, 100), (answer.Pictures[1].Width, answer.Pictures[1].Height));
        Assert.Equal(0, host.Get<PictureReader>().SpooledBytes);
    }

    [Fact]
    public async Task Data_WithEscapes_IsTheSamePicture()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        var picture = Requests.Plain(64, 64);
        var padding = new byte[3 - (picture.Length % 3)]; // decoders stop before
        var base64 = Convert.ToBase64String([.. picture, .. padding, 0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF]);
        Assert.Contains('/', base64);
        Assert.Contains('+', base64);
        var escaped = base64.Replace("/", "\\/", StringComparison.Ordinal).Replace("+", "\\u002B", StringComparison.Ordinal);

        var answer = await host.AnswerAsync(Json($"{{\"pictures\":[{{\"data\":\"{escaped}\"}}]}}"));

        Assert.Equal((PictureStatus.Ok, 64), (answer.Pictures[0].Status, answer.Pictures[0].Width));
    }

    [Theory]
    [InlineData("{", 400, "the body is not the JSON that is taken here, in line 1: send " + Form)]
    [InlineData("{\"pictures\": [\n{\"data\": \"\"},]}", 400, "the body is not the JSON that is taken here, in line 2: send " + Form)]
    [InlineData("{\"pictures\": [[[[[[]]]]]]}", 422, "the JSON has another form than is taken here: send " + Form + ", and nothing else")]
    [InlineData("{\"pictures\": []} {}", 400, "the body is not the JSON that is taken here, in line 1: send " + Form)]
    [InlineData("[]", 422, "the JSON has another form than is taken here: send " + Form + ", and nothing else")]
    [InlineData(
        "{\"pictures\": [{\"url\": \"http://127.0.0.1/face.png\"}]}",
        422,
        "the JSON has another form than is taken here: send " + Form + ", and nothing else"
    )]
    [InlineData(
        "{\"pictures\": [{\"name\": \"a\"}]}",
        422,
        "the JSON has another form than is taken here: send " + Form + ", and nothing else"
    )]
    [InlineData("{\"pictures\": [{\"data\": \"?\"}]}", 422, "the data of picture 1 is not base64: send " + Form)]
    [InlineData("{\"pictures\": [{\"data\": \"\\ud800\"}]}", 422, "the data of picture 1 is not base64: send " + Form)]
    [InlineData("{\"pictures\": [{\"name\": \"\\ud800\", \"data\": \"\"}]}", 400, "the body holds text that is not UTF-8: send " + Form)]
    public async Task Body_OfAnotherForm_IsRefusedWithTheForm(string body, int status, string detail)
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        Assert.Equal((status, detail), await host.RefusalAsync(Json(body)));
        Assert.Equal(0, host.Get<PictureReader>().SpooledBytes);
    }

    [Fact]
    public async Task Body_OverALimit_Is413()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxPictures", "2"), ("MaxJsonBytes", "10000"));
        var picture = ((string?)null, Requests.Plain());

        Assert.Equal(
            (413, "the request has more than 2 pictures: send the rest in another"),
            await host.RefusalAsync(Requests.Json(picture, picture, picture))
        );
        Assert.Equal(
            (413, "the request has more than 10000 bytes: send fewer or smaller pictures at a time, or as multipart/form-data"),
            await host.RefusalAsync(Requests.Json((null, new byte[10_000])))
        );
    }

    private static HttpContent Json(string body) => Requests.Body(Encoding.UTF8.GetBytes(body), "application/json; charset=utf-8");
}
