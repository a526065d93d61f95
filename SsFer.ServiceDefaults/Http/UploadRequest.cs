using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using SsFer.Artifacts.Storage;

namespace SsFer.ServiceDefaults.Http;

/// <summary>What a service takes as an upload.</summary>
public sealed record UploadTerms
{
    /// <summary>Type of one file that is the whole body: <c>application/zip</c>, or <c>image/*</c>.</summary>
    public required string BodyType { get; init; }

    /// <summary>Most bytes of the request.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>What to do about an upload that is larger.</summary>
    public required string OverLimitCure { get; init; }

    /// <summary>How to send an upload; ends every refusal of one that was sent otherwise.</summary>
    public required string HowToSend { get; init; }

    /// <summary>The refusal of an upload that cannot be read, with its detail.</summary>
    public required Func<string, RequestRefusedException> Damaged { get; init; }
}

/// <summary>A file of an upload, to be read before the next one.</summary>
/// <param name="Name">Name of its part; empty for a file that is the body itself.</param>
/// <param name="FileName">As it was sent, folders included; may be empty, and is not to be trusted.</param>
/// <param name="Content">Its bytes.</param>
public sealed record UploadPart(string Name, string FileName, Stream Content);

/// <summary>The files of a request: the parts of a form, or the body itself. Streamed; no more is read than the limit allows.</summary>
public sealed class UploadRequest
{
    private readonly HttpRequest _request;
    private readonly MediaTypeHeaderValue _type;
    private readonly UploadTerms _terms;

    /// <exception cref="RequestRefusedException">The request is of another type, or announces more bytes than allowed.</exception>
    public UploadRequest(HttpRequest request, UploadTerms terms)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(terms);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw RequestRefusedException.OfUnknownType($"the request has no content type: {terms.HowToSend}");
        }

        IsForm = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if (!IsForm && !type.IsSubsetOf(new MediaTypeHeaderValue(terms.BodyType)))
        {
            throw RequestRefusedException.OfUnknownType($"'{type.MediaType}' holds no pictures: {terms.HowToSend}");
        }

        BoundedBody.Limit(request, terms.MaxBytes, terms.OverLimitCure);
        (_request, _type, _terms) = (request, type, terms);
    }

    public bool IsForm { get; }

    /// <summary>Hands every file on, in the order sent.</summary>
    /// <param name="takeAsync">Reads a file's content to its end, or leaves the rest of it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestRefusedException">The upload is too large, damaged or cut short.</exception>
    public async Task ReadAsync(Func<UploadPart, CancellationToken, Task> takeAsync, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(takeAsync);
        var files = 0;
        try
        {
            if (!IsForm)
            {
                await takeAsync(new UploadPart("", "", _request.Body), cancellationToken);
                return;
            }

            var reader = new MultipartReader(Boundary(), _request.Body) { BodyLengthLimit = null };
            for (; await reader.ReadNextSectionAsync(cancellationToken) is { } section; files++)
            {
                await takeAsync(PartOf(section), cancellationToken);
            }
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw BoundedBody.OverLimit(_terms.MaxBytes, _terms.OverLimitCure);
        }
        catch (Exception fault)
            when (fault is InvalidDataException or IOException and not (BadHttpRequestException or ConnectionResetException)
                && !IsOurs(fault)
            )
        {
            throw _terms.Damaged(
                IsForm
                    ? $"the form is damaged or cut short after {files} pictures: send it again"
                    : "the upload is damaged or cut short: send it again"
            );
        }
    }

    /// <summary>The fault is that of the disk to which a file is written.</summary>
    private static bool IsOurs(Exception fault) => fault is IOException disk && DiskFull.Caused(disk);

    private static UploadPart PartOf(MultipartSection section)
    {
        var disposition = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var parsed) ? parsed : null;
        var sent = disposition?.FileNameStar.HasValue == true ? disposition.FileNameStar : disposition?.FileName ?? default;
        return new UploadPart(
            HeaderUtilities.RemoveQuotes(disposition?.Name ?? default).ToString(),
            HeaderUtilities.RemoveQuotes(sent).ToString(),
            section.Body
        );
    }

    private string Boundary() =>
        HeaderUtilities.RemoveQuotes(_type.Boundary).ToString() is { Length: > 0 } boundary
            ? boundary
            : throw _terms.Damaged("the form's content type names no boundary: let the HTTP client set the content type of the form");
}
