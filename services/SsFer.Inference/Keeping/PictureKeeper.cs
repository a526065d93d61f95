using System.Threading.Channels;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Kept;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Inference.Http;

namespace SsFer.Inference.Keeping;

/// <summary>
/// Keeps pictures of which the model is unsure, where <see cref="KeepOptions"/> says so. No answer waits for the store: a few pictures
/// wait to be written, and what comes meanwhile is not kept.
/// </summary>
internal sealed partial class PictureKeeper(
    KeptPictureStore store,
    IOptions<InferenceOptions> options,
    RequestTelemetry telemetry,
    TimeProvider time,
    ILogger<PictureKeeper> logger
) : BackgroundService
{
    /// <summary>Pictures that wait to be written, each of up to <see cref="InferenceOptions.MaxPictureBytes"/>.</summary>
    private const int Places = 4;

    private readonly KeepOptions _keep = options.Value.Keep;
    private readonly Channel<Offer> _offers = Channel.CreateBounded<Offer>(Places);
    private volatile int _fullDay = -1;

    /// <summary>Takes copies of those to be kept, and tells in the answer as what.</summary>
    /// <param name="uploads">Pictures of a request.</param>
    /// <param name="answer">To them.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    public async Task<ExpressionsAnswer> OfferAsync(
        IReadOnlyList<UploadedPicture> uploads,
        ExpressionsAnswer answer,
        CancellationToken cancellationToken
    )
    {
        if (!_keep.Enabled)
        {
            return answer;
        }

        var told = answer.Pictures.ToArray();
        for (var i = 0; i < told.Length; i++)
        {
            if (told[i].Faces.Any(face => face.TopProbability < _keep.Below))
            {
                told[i] = told[i] with { Kept = await TryOfferAsync(answer, uploads[i], told[i], cancellationToken) };
            }
        }

        return answer with
        {
            Pictures = told,
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var offer in _offers.Reader.ReadAllAsync(stoppingToken))
        {
            telemetry.Kept(await KeepAsync(offer, stoppingToken));
        }
    }

    /// <returns>The id that it will have; null where it is not kept.</returns>
    private async Task<string?> TryOfferAsync(
        ExpressionsAnswer request,
        UploadedPicture upload,
        PictureAnswer answer,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        if (_fullDay == DayOf(now).DayNumber)
        {
            telemetry.Kept(KeepOutcome.OverLimit);
            return null;
        }

        if (_offers.Reader.Count < Places)
        {
            using var loaded = await upload.LoadAsync(cancellationToken);
            var file = PictureFile.Open(loaded.Bytes, upload.Name, options.Value.Budget);
            var picture = new KeptPicture
            {
                Id = KeptPicture.NewId(now),
                Kept = now,
                Format = file.Header.Format.ToString().ToLowerInvariant(),
                Model = request.Model,
                Digest = request.Digest,
                Faces = [.. answer.Faces.OrderBy(face => face.TopProbability).Select(FaceOf)],
            };
            if (file.WithoutMetadata() is { } bare && _offers.Writer.TryWrite(new Offer(picture, bare)))
            {
                return picture.Id;
            }
        }

        telemetry.Kept(KeepOutcome.Dropped);
        return null;
    }

    private async Task<KeepOutcome> KeepAsync(Offer offer, CancellationToken cancellationToken)
    {
        try
        {
            var day = DayOf(offer.Picture.Kept);
            if (await store.CountAsync(day, cancellationToken) >= _keep.MostPerDay)
            {
                _fullDay = day.DayNumber;
                return KeepOutcome.OverLimit;
            }

            await store.AddAsync(offer.Picture, offer.File, cancellationToken);
            return KeepOutcome.Kept;
        }
        catch (Exception fault) when (fault is ArtifactException or IOException)
        {
            LogFailed(offer.Picture.Id, fault.Message);
            return KeepOutcome.Failed;
        }
    }

    private static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    private static KeptFace FaceOf(FaceAnswer face) =>
        new(
            [face.Box.Left, face.Box.Top, face.Box.Right, face.Box.Bottom],
            face.Probabilities.ToDictionary(each => each.Expression, each => each.Probability)
        );

    [LoggerMessage(LogLevel.Warning, "picture {Id} could not be kept for labelling: {Reason}")]
    private partial void LogFailed(string id, string reason);

    private sealed record Offer(KeptPicture Picture, byte[] File);
}

/// <summary>What became of a picture that was to be kept.</summary>
internal enum KeepOutcome
{
    Kept,

    /// <summary>The day has its number.</summary>
    OverLimit,

    /// <summary>
    /// The store is slower than pictures come; or the picture lies on its side, and its format cannot say so without more.
    /// </summary>
    Dropped,

    /// <summary>The store refused it.</summary>
    Failed,
}
