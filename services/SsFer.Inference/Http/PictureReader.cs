using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>The pictures of a request, spooled until the last who holds them lets them go.</summary>
internal sealed class Upload(IReadOnlyList<UploadedPicture> pictures, BodySpool spool) : IDisposable
{
    private int _holders = 1;

    public IReadOnlyList<UploadedPicture> Pictures => pictures;

    /// <summary>One more holds them, by one who does already, and disposes what is returned.</summary>
    public Upload Hold()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            spool.Dispose();
        }
    }
}

/// <summary>
/// The pictures of a request: the parts named <c>images</c> of a form, those in a JSON body, or the body itself. What is over the
/// limit for one picture is not kept. It all has to arrive within <see cref="InferenceOptions.UploadTimeout"/>.
/// </summary>
internal sealed class PictureReader(IOptions<InferenceOptions> options, RequestGate gate, TimeProvider time)
{
    private const string PartName = "images";
    private const int LongestName = 200;

    /// <summary>What a JSON body looks like.</summary>
    public const string JsonForm = "{\"pictures\": [{\"name\": \"face.jpg\", \"data\": \"BASE64\"}]}";

    private const string JsonType = "application/json";
    private const string HowToSend = "send multipart/form-data with parts named 'images', one picture as image/*, or JSON: " + JsonForm;

    private const string OverJsonLimitCure = "send fewer or smaller pictures at a time, or as multipart/form-data";

    private readonly InferenceOptions _options = options.Value;
    private readonly SpoolRoom _room = new(
        options.Value.MaxSpooledBytes,
        Shares.Of(options.Value.MaxSpooledBytes, options.Value.MaxCallerShare).OfOne
    );
    private readonly UploadTerms _terms = new()
    {
        BodyType = "image/*",
        MaxBytes = options.Value.MaxRequestBytes,
        OverLimitCure = "send fewer or smaller pictures at a time",
        HowToSend = HowToSend,
        Damaged = RequestRefusedException.Unprocessable,
    };

    /// <summary>Bytes of requests that are held now.</summary>
    public long SpooledBytes => _room.Bytes;

    /// <exception cref="RequestRefusedException">The request as a whole cannot be answered.</exception>
    public async Task<Upload> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        BoundedBody.RequireRate(request, _options.MinUploadRate);
        request.Body = new InterruptibleBodyStream(request.BodyReader);
        var spool = new BodySpool(_options.MemoryBytesPerRequest, _room, Caller.Of(request.HttpContext));
        using var patience = new CancellationTokenSource(_options.UploadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var pictures = IsJson(request)
                ? await ReadJsonAsync(request, spool, either.Token, cancellationToken)
                : await ReadFilesAsync(request, spool, either.Token);
            return new Upload(pictures, spool);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            spool.Dispose();
            throw RequestRefusedException.TooSlow(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the request did not arrive within {_options.UploadTimeout.TotalSeconds} s: send fewer or smaller pictures at a time"
                )
            );
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    public static RequestRefusedException TooMany(int most) =>
        RequestRefusedException.TooLarge($"the request has more than {most} pictures: send the rest in another");

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(JsonType, StringComparison.OrdinalIgnoreCase);

    private async Task<List<UploadedPicture>> ReadFilesAsync(HttpRequest request, BodySpool spool, CancellationToken cancellationToken)
    {
        var upload = new UploadRequest(request, _terms);
        var pictures = new List<UploadedPicture>();
        await upload.ReadAsync(
            async (part, token) =>
                pictures.Add(upload.IsForm ? await TakeAsync(spool, part, pictures.Count, token) : await TakeBodyAsync(spool, part, token)),
            cancellationToken
        );
        return pictures.Count > 0 ? pictures : throw RequestRefusedException.Unprocessable($"the form holds no picture: {HowToSend}");
    }

    /// <summary>The body arrives in a spool of its own; few are taken apart at a time, since that takes them into memory.</summary>
    /// <param name="request">Whose body it is.</param>
    /// <param name="spool">Takes the pictures.</param>
    /// <param name="inTime">Ends with the time in which the body has to arrive.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    private async Task<List<UploadedPicture>> ReadJsonAsync(
        HttpRequest request,
        BodySpool spool,
        CancellationToken inTime,
        CancellationToken cancellationToken
    )
    {
        BoundedBody.Limit(request, _options.MaxJsonBytes, OverJsonLimitCure);
        var caller = Caller.Of(request.HttpContext);
        using var arriving = new BodySpool(_options.MemoryBytesPerRequest, _room, caller);
        var body = await ArriveAsync(request, arriving, inTime) ?? throw BoundedBody.OverLimit(_options.MaxJsonBytes, OverJsonLimitCure);
        using var turn = await gate.ReadJsonAsync(caller, cancellationToken);
        using var owner = MemoryPool<byte>.Shared.Rent(Math.Max(1, body.Length));
        var json = owner.Memory[..body.Length];
        await body.ReadAsync(json, cancellationToken);
        var pictures = new List<UploadedPicture>();
        foreach (var picture in JsonPictures.Find(json.Span, _options.MaxPictures))
        {
            pictures.Add(await TakeAsync(spool, picture, json, pictures.Count + 1, cancellationToken));
        }

        return pictures.Count > 0 ? pictures : throw RequestRefusedException.Unprocessable($"the request holds no picture: {HowToSend}");
    }

    private async Task<SpooledPart?> ArriveAsync(HttpRequest request, BodySpool spool, CancellationToken cancellationToken)
    {
        try
        {
            return await spool.TryAppendAsync(request.Body, _options.MaxJsonBytes, cancellationToken);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw BoundedBody.OverLimit(_options.MaxJsonBytes, OverJsonLimitCure);
        }
    }

    private async Task<UploadedPicture> TakeAsync(
        BodySpool spool,
        JsonPicture picture,
        ReadOnlyMemory<byte> body,
        int number,
        CancellationToken cancellationToken
    )
    {
        var bytes = picture.Decode(body.Span, out var length)
            ?? throw RequestRefusedException.Unprocessable($"the data of picture {number} is not base64: send {JsonForm}");
        try
        {
            using var content = new MemoryStream(bytes, 0, length, writable: false);
            return new UploadedPicture(
                NameOf(picture.Name, number),
                await spool.TryAppendAsync(content, _options.MaxPictureBytes, cancellationToken)
            );
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private async Task<UploadedPicture> TakeBodyAsync(BodySpool spool, UploadPart body, CancellationToken cancellationToken)
    {
        var encoded = await spool.TryAppendAsync(body.Content, _options.MaxPictureBytes, cancellationToken)
            ?? throw RequestRefusedException.TooLarge($"the picture has more than {_options.MaxPictureBytes} bytes: send a smaller one");
        return encoded.Length > 0
            ? new UploadedPicture("image", encoded)
            : throw RequestRefusedException.Unprocessable($"the body is empty: {HowToSend}");
    }

    private async Task<UploadedPicture> TakeAsync(BodySpool spool, UploadPart part, int before, CancellationToken cancellationToken)
    {
        if (part.Name != PartName)
        {
            throw RequestRefusedException.Unprocessable(
                $"part {before + 1} of the form is not named '{PartName}': give every picture's part this name, and send no others"
            );
        }

        if (before == _options.MaxPictures)
        {
            throw TooMany(_options.MaxPictures);
        }

        return new UploadedPicture(
            NameOf(part.FileName, before + 1),
            await spool.TryAppendAsync(part.Content, _options.MaxPictureBytes, cancellationToken)
        );
    }

    /// <summary>The file's name without a folder, as it may be printed.</summary>
    private static string NameOf(string sent, int number)
    {
        var name = sent[(sent.LastIndexOfAny(['/', '\\']) + 1)..];
        name = new string([.. name.Where(character => !char.IsControl(character)).Take(LongestName)]);
        return name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"image {number}");
    }
}
