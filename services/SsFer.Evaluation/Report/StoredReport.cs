using System.Text;
using SsFer.Artifacts.Storage;

namespace SsFer.Evaluation.Report;

/// <summary>
/// A model's report as it is stored, or its absence. It names the card it was made from: whoever finds a card sees whether its report
/// is still to be written.
/// </summary>
/// <remarks>
/// Read it before the card, and replace it by one of that card only as it was read. Of two workers with different cards the one
/// with the older then fails, or is followed by the other: the report that stays is that of the card that stays.
/// </remarks>
internal sealed class StoredReport
{
    private readonly string _page;
    private readonly string? _etag;

    private StoredReport(StoredDocument? document) =>
        (_page, _etag) = (document is null ? "" : Encoding.UTF8.GetString(document.Content.Span), document?.ETag);

    public static async Task<StoredReport> ReadAsync(IArtifactStore store, string model, CancellationToken cancellationToken) =>
        new(await store.TryReadAsync(ModelCard.ReportPath(model), cancellationToken));

    public bool IsOf(ModelCard card) => ModelReport.IsOf(_page, card.Digest());

    /// <returns>False where another worker wrote one since this was read.</returns>
    public async Task<bool> TryReplaceAsync(IArtifactStore store, string model, string page, CancellationToken cancellationToken)
    {
        var content = Encoding.UTF8.GetBytes(page);
        return await (
            _etag is null
                ? store.TryPutIfAbsentAsync(ModelCard.ReportPath(model), content, cancellationToken)
                : store.TryPutIfMatchAsync(ModelCard.ReportPath(model), content, _etag, cancellationToken)
        )
            is not null;
    }
}
