using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Faces.Cutting;
using SsFer.Faces.Imaging;
using SsFer.Learning.Augmentation;
using SsFer.Learning.Training;
using SsFer.Recipes;

namespace SsFer.Inference.Tests;

public sealed class ExpressionsTests
{
    [Fact]
    public async Task Post_RealFaces_AnswersAsTrainingWouldHaveSeenThem()
    {
        var faces = Requests.RealFaces(6);
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);

        var answer = await host.AnswerAsync(Requests.Form([.. faces.Select((face, i) => ($"{i}.jpg", face))]));

        Assert.Equal("m", answer.Model);
        Assert.Equal(["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"], answer.Pictures.Select(picture => picture.Name));
        using var cutter = new FaceCutter(new FacePreparation { Size = 32, Margin = 0.3f });
        foreach (var (picture, encoded) in answer.Pictures.Zip(faces))
        {
            Assert.Equal(PictureStatus.Ok, picture.Status);
            var decoded = cutter.Decode(encoded, picture.Name);
            var main = FaceChoice.MainFace(cutter.Find(decoded)!, decoded.Width, decoded.Height);
            var expected = model.Predict(new OneFace(cutter.Cut(decoded, main, TestContext.Current.CancellationToken).Picture));
            var closest = picture.Faces.Min(face =>
                TestModel
                    .Classes.Select(
                        (name, i) => MathF.Abs(expected[i] - face.Probabilities.Single(pair => pair.Expression == name).Probability)
                    )
                    .Max()
            );
            Assert.InRange(closest, 0, 1e-4);
        }
    }

    [Fact]
    public async Task Post_PictureOfFourFaces_FindsEachWhereItIs()
    {
        const int Side = 240;
        var decoder = new PictureDecoder();
        Picture[] faces = [.. Requests.RealFaces(4).Select(face => decoder.Decode(face, "face").Resize(Side / 2, Side / 2))];
        byte[] pixels = [.. Enumerable.Repeat((byte)128, 4 * Side * Side * 3)];
        for (var i = 0; i < 4; i++)
        {
            int left = (i % 2 * Side) + (Side / 4),
                top = (i / 2 * Side) + (Side / 4);
            for (var row = 0; row < Side / 2; row++)
            {
                faces[i].Pixels.Slice(row * Side / 2 * 3, Side / 2 * 3).CopyTo(pixels.AsSpan((((top + row) * 2 * Side) + left) * 3));
            }
        }

        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);

        var picture = Assert.Single((await host.AnswerAsync(Requests.Body(new Picture(2 * Side, 2 * Side, pixels).EncodePng()))).Pictures);

        Assert.Equal((2 * Side, 2 * Side, 4), (picture.Width, picture.Height, picture.Faces.Count));
        Assert.Equal(
            [0, 1, 2, 3],
            picture
                .Faces.Select(face =>
                    (int)((face.Box.Left + face.Box.Right) / 2 / Side) + (2 * (int)((face.Box.Top + face.Box.Bottom) / 2 / Side))
                )
                .Order()
        );
        foreach (var face in picture.Faces)
        {
            Assert.InRange(face.DetectionScore, 0.5f, 1f);
            Assert.Equal(["rightEye", "leftEye", "nose", "mouth", "rightEar", "leftEar"], face.Landmarks.Select(point => point.Name));
            var (eye, mouth) = (face.Landmarks[0], face.Landmarks[3]);
            Assert.True(
                eye.Y < mouth.Y && eye.X > face.Box.Left && mouth.Y < face.Box.Bottom,
                "the eyes are above the mouth, and both in the box"
            );
        }
    }

    [Fact]
    public async Task Post_APicture_AnswersWithEveryClassTheMostProbableFirst()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);

        var face = Assert.Single(Assert.Single((await host.AnswerAsync(Requests.Body(Requests.Plain()))).Pictures).Faces);

        Assert.Equal(TestModel.Classes.Order(), face.Probabilities.Select(pair => pair.Expression).Order());
        Assert.Equal(face.Probabilities.OrderByDescending(pair => pair.Probability), face.Probabilities);
        Assert.Equal(face.Probabilities[0].Expression, face.Expression);
        Assert.Equal(1, face.Probabilities.Sum(pair => pair.Probability), 1e-5);
        Assert.Equal(new PixelBox(0, 0, 40, 30), face.Box);
    }

    [Fact]
    public async Task Post_BadPicturesAmongGood_FailAlone()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model, ("MaxPictureBytes", "20000"), ("MaxPixels", "1000000"));
        var png = Requests.Plain(300, 200);

        var answer = await host.AnswerAsync(
            Requests.Form(
                ("good.png", Requests.Plain()),
                ("text.png", "no picture"u8.ToArray()),
                ("cut.png", png[..^40]),
                ("empty.png", []),
                ("long.png", new byte[20_001]),
                ("bomb.png", Requests.Plain(2000, 2000)),
                ("../../etc/last\u0007.png", Requests.Plain())
            )
        );

        Assert.Equal(
            [
                PictureStatus.Ok,
                PictureStatus.Unreadable,
                PictureStatus.Unreadable,
                PictureStatus.Unreadable,
                PictureStatus.TooLarge,
                PictureStatus.TooLarge,
                PictureStatus.Ok,
            ],
            answer.Pictures.Select(picture => picture.Status)
        );
        Assert.Equal("text.png is not an image SsFer can read (PNG, JPEG, WebP), or its header is damaged", answer.Pictures[1].Message);
        Assert.Equal("long.png has more than 20000 bytes: send a smaller one", answer.Pictures[4].Message);
        Assert.Equal("bomb.png announces 2000 x 2000 pixels, over the limit of 1000000: send a smaller one", answer.Pictures[5].Message);
        Assert.Equal("last.png", answer.Pictures[6].Name);
        Assert.All(answer.Pictures, picture => Assert.Equal(picture.Status == PictureStatus.Ok ? 1 : 0, picture.Faces.Count));
    }

    [Fact]
    public async Task Post_PictureWithoutAFace_SaysSo()
    {
        using var model = new TestModel("m", detector: "blazeface");
        await using var host = await InferenceHost.StartAsync(model);

        var picture = Assert.Single((await host.AnswerAsync(Requests.Form(("wall.png", Requests.Plain(200, 200))))).Pictures);

        Assert.Equal(
            (PictureStatus.NoFace, 0, "wall.png shows no face that the detector is sure of"),
            (picture.Status, picture.Faces.Count, picture.Message)
        );
    }

    [Fact]
    public async Task Answer_AsJson_HasStableNames()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(model);
        using var response = await host.Client.PostAsync(
            Requests.Path,
            Requests.Form(("a.png", Requests.Plain()), ("b", "?"u8.ToArray())),
            TestContext.Current.CancellationToken
        );

        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(["model", "version", "digest", "milliseconds", "pictures"], Names(json.RootElement));
        Assert.Equal(["decode", "detect", "cut", "classify", "explain"], Names(json.RootElement.GetProperty("milliseconds")));
        var (good, bad) = (json.RootElement.GetProperty("pictures")[0], json.RootElement.GetProperty("pictures")[1]);
        Assert.Equal(["name", "status", "width", "height", "faces"], Names(good));
        Assert.Equal(["name", "status", "message", "faces"], Names(bad));
        Assert.Equal(("ok", "unreadable"), (good.GetProperty("status").GetString(), bad.GetProperty("status").GetString()));
        Assert.Equal(
            ["box", "landmarks", "detectionScore", "expression", "topProbability", "probabilities"],
            Names(good.GetProperty("faces")[0])
        );
        Assert.Equal(["left", "top", "right", "bottom"], Names(good.GetProperty("faces")[0].GetProperty("box")));
        Assert.Equal(["expression", "probability"], Names(good.GetProperty("faces")[0].GetProperty("probabilities")[0]));
    }

    [Fact]
    public async Task GetModel_SaysWhatIsServed()
    {
        using var model = new TestModel("m-1");
        await using var host = await InferenceHost.StartAsync(model);

        using var json = JsonDocument.Parse(await host.Client.GetStringAsync("/v1/model", TestContext.Current.CancellationToken));

        Assert.Equal(("m-1", 32), (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("size").GetInt32()));
        Assert.Equal(TestModel.Classes, json.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()!));
        Assert.True(json.RootElement.GetProperty("since").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(model.ToOnnx())), json.RootElement.GetProperty("digest").GetString());
        Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("card").ValueKind);
    }

    [Fact]
    public async Task Health_WithoutAModel_IsDegradedAndStillAnswers()
    {
        using var model = new TestModel("m");
        await using var host = await InferenceHost.StartAsync(null);

        Assert.Equal("Degraded", await host.Client.GetStringAsync("/health", TestContext.Current.CancellationToken));
        await host.PromoteAsync("m", model.ToOnnx());
        await host.Production.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Healthy", await host.Client.GetStringAsync("/health", TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    private sealed class OneFace(Picture picture) : IFaceSource
    {
        public int Count => 1;

        public PlanarImage Read(int index)
        {
            var plane = picture.Width * picture.Height;
            var planes = new byte[3 * plane];
            for (var i = 0; i < planes.Length; i++)
            {
                planes[i] = picture.Pixels[(3 * (i % plane)) + (i / plane)];
            }

            return new PlanarImage(planes, 3, picture.Height, picture.Width);
        }

        public FaceBox? BoxOf(int index) => null;

        public int LabelOf(int index) => -1;
    }
}
