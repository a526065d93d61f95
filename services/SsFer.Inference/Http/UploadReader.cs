using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace SsFer.Inference.Http;

/// <summary>
/// The pictures of a request: the parts named <c>images</c> of a form, or the body itself. No more is read than the limits allow,
/// and what is over the limit for one picture is not kept. It all has to arrive within
/// <see cref="InferenceOptions.UploadTimeout"/>.
/// </summary>
internal sealed class UploadReader(IOptions<InferenceOptions> options, TimeProvider time)
{
    private const string PartName = "images";
    private const int LongestName = 200;
    private const string HowToSend = "send multipart/form-data with parts named 'images', or one picture as image/*";

    private readonly InferenceOptions _options = options.Value;

    /// <exception cref="RequestRefusedException">The request as a whole cannot be answered.</exception>
    public async Task<IReadOnlyList<UploadedPicture>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw RequestRefusedException.OfUnknownType($"the request has no content type: {HowToSend}");
        }

        var isForm = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if (!isForm && !type.Type.Equals("image", StringComparison.OrdinalIgnoreCase))
        {
            throw RequestRefusedException.OfUnknownType($"'{type.MediaType}' holds no pictures: {HowToSend}");
        }

        if (request.ContentLength > _options.MaxRequestBytes)
        {
            throw OverRequestLimit();
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = _options.MaxRequestBytes; // holds for bodies that do not say how long they are
        }

        using var patience = new CancellationTokenSource(_options.UploadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return isForm ? await ReadFormAsync(request, type, either.Token) : [await ReadBodyAsync(request, either.Token)];
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
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw OverRequestLimit();
        }
    }

    private async Task<UploadedPicture> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var encoded = await ReadPictureAsync(request.Body, cancellationToken)
            ?? throw RequestRefusedException.TooLarge($"the picture has more than {_options.MaxPictureBytes} bytes: send a smaller one");
        return encoded.Length > 0
            ? new UploadedPicture("image", encoded)
            : throw RequestRefusedException.Unprocessable($"the body is empty: {HowToSend}");
    }

    private async Task<IReadOnlyList<UploadedPicture>> ReadFormAsync(
        HttpRequest request,
        MediaTypeHeaderValue type,
        CancellationToken cancellationToken
    )
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length == 0)
        {
            throw RequestRefusedException.Unprocessable(
                "the form's content type names no boundary: let the HTTP client set the content type of the form"
            );
        }

        var pictures = new List<UploadedPicture>();
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (
                    !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    || HeaderUtilities.RemoveQuotes(disposition.Name) != PartName
                )
                {
                    throw RequestRefusedException.Unprocessable(
                        $"part {pictures.Count + 1} of the form is not named '{PartName}': give every picture's part this name, "
                            + $"and send no others"
                    );
                }

                if (pictures.Count == _options.MaxPictures)
                {
                    throw RequestRefusedException.TooLarge(
                        $"the request has more than {_options.MaxPictures} pictures: send the rest in another"
                    );
                }

                var name = NameOf(disposition, pictures.Count + 1);
                pictures.Add(new UploadedPicture(name, await ReadPictureAsync(section.Body, cancellationToken)));
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw RequestRefusedException.Unprocessable($"the form is damaged or cut short after {pictures.Count} pictures: send it again");
        }

        return pictures.Count > 0 ? pictures : throw RequestRefusedException.Unprocessable($"the form holds no picture: {HowToSend}");
    }

    /// <summary>Null where there is more than a picture may have; the rest is left unread.</summary>
    private async Task<ReadOnlyMemory<byte>?> ReadPictureAsync(Stream body, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            if (kept.Length + read > _options.MaxPictureBytes)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        return kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }

    /// <summary>The file's name without a folder, as it may be printed.</summary>
    private static string NameOf(ContentDispositionHeaderValue disposition, int number)
    {
        var sent = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        var name = HeaderUtilities.RemoveQuotes(sent).ToString();
        name = new string([
            .. name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(character => !char.IsControl(character)).Take(LongestName),
        ]);
        return name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"image {number}");
    }

    private RequestRefusedException OverRequestLimit() =>
        RequestRefusedException.TooLarge(
            $"the request has more than {_options.MaxRequestBytes} bytes: send fewer or smaller pictures at a time"
        );
}
