using System.Globalization;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Access;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

/// <summary>The pictures of a request, spooled while it is answered.</summary>
internal sealed class Upload(IReadOnlyList<UploadedPicture> pictures, BodySpool spool) : IDisposable
{
    public IReadOnlyList<UploadedPicture> Pictures => pictures;

    public void Dispose() => spool.Dispose();
}

/// <summary>
/// The pictures of a request: the parts named <c>images</c> of a form, or the body itself. What is over the limit for one picture is
/// not kept. It all has to arrive within <see cref="InferenceOptions.UploadTimeout"/>.
/// </summary>
internal sealed class PictureReader(IOptions<InferenceOptions> options, TimeProvider time)
{
    private const string PartName = "images";
    private const int LongestName = 200;
    private const string HowToSend = "send multipart/form-data with parts named 'images', or one picture as image/*";

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
        var upload = new UploadRequest(request, _terms);
        var pictures = new List<UploadedPicture>();
        var spool = new BodySpool(_options.MemoryBytesPerRequest, _room, Caller.Of(request.HttpContext));
        using var patience = new CancellationTokenSource(_options.UploadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await upload.ReadAsync(
                async (part, token) =>
                    pictures.Add(
                        upload.IsForm ? await TakeAsync(spool, part, pictures.Count, token) : await TakeBodyAsync(spool, part, token)
                    ),
                either.Token
            );
            return pictures.Count > 0
                ? new Upload(pictures, spool)
                : throw RequestRefusedException.Unprocessable($"the form holds no picture: {HowToSend}");
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
            throw RequestRefusedException.TooLarge($"the request has more than {_options.MaxPictures} pictures: send the rest in another");
        }

        return new UploadedPicture(
            NameOf(part, before + 1),
            await spool.TryAppendAsync(part.Content, _options.MaxPictureBytes, cancellationToken)
        );
    }

    /// <summary>The file's name without a folder, as it may be printed.</summary>
    private static string NameOf(UploadPart part, int number)
    {
        var name = part.FileName[(part.FileName.LastIndexOfAny(['/', '\\']) + 1)..];
        name = new string([.. name.Where(character => !char.IsControl(character)).Take(LongestName)]);
        return name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"image {number}");
    }
}
