using System.Globalization;
using Microsoft.Extensions.Options;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Inference.Http;

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
    private readonly UploadTerms _terms = new()
    {
        BodyType = "image/*",
        MaxBytes = options.Value.MaxRequestBytes,
        OverLimitCure = "send fewer or smaller pictures at a time",
        HowToSend = HowToSend,
        Damaged = RequestRefusedException.Unprocessable,
    };

    /// <exception cref="RequestRefusedException">The request as a whole cannot be answered.</exception>
    public async Task<IReadOnlyList<UploadedPicture>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var upload = new UploadRequest(request, _terms);
        var pictures = new List<UploadedPicture>();
        using var patience = new CancellationTokenSource(_options.UploadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await upload.ReadAsync(
                async (part, token) =>
                    pictures.Add(upload.IsForm ? await TakeAsync(part, pictures.Count, token) : await TakeBodyAsync(part, token)),
                either.Token
            );
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw RequestRefusedException.TooSlow(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the request did not arrive within {_options.UploadTimeout.TotalSeconds} s: send fewer or smaller pictures at a time"
                )
            );
        }

        return pictures.Count > 0 ? pictures : throw RequestRefusedException.Unprocessable($"the form holds no picture: {HowToSend}");
    }

    private async Task<UploadedPicture> TakeBodyAsync(UploadPart body, CancellationToken cancellationToken)
    {
        var encoded = await ReadPictureAsync(body, cancellationToken)
            ?? throw RequestRefusedException.TooLarge($"the picture has more than {_options.MaxPictureBytes} bytes: send a smaller one");
        return encoded.Length > 0
            ? new UploadedPicture("image", encoded)
            : throw RequestRefusedException.Unprocessable($"the body is empty: {HowToSend}");
    }

    private async Task<UploadedPicture> TakeAsync(UploadPart part, int before, CancellationToken cancellationToken)
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

        return new UploadedPicture(NameOf(part, before + 1), await ReadPictureAsync(part, cancellationToken));
    }

    /// <summary>Null where there is more than a picture may have.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadPictureAsync(UploadPart part, CancellationToken cancellationToken) =>
        await BoundedBody.TryReadAsync(part.Content, _options.MaxPictureBytes, cancellationToken) is { } kept
            ? (ReadOnlyMemory<byte>?)kept.GetBuffer().AsMemory(0, (int)kept.Length)
            : null; // without the cast it would be the empty memory that a null array converts to

    /// <summary>The file's name without a folder, as it may be printed.</summary>
    private static string NameOf(UploadPart part, int number)
    {
        var name = part.FileName[(part.FileName.LastIndexOfAny(['/', '\\']) + 1)..];
        name = new string([.. name.Where(character => !char.IsControl(character)).Take(LongestName)]);
        return name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"image {number}");
    }
}
