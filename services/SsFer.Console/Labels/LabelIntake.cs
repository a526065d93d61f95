using SsFer.Console.Events;
using SsFer.Console.Retraining;
using SsFer.Contracts.Events;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Labels;

/// <summary>Stores a batch of labels and tells others of it.</summary>
internal sealed class LabelIntake(LabelReader reader, LabelStore labels, RetrainingSettingsStore settings, EventPublisher events)
{
    /// <returns>What was stored, and whether it is new.</returns>
    /// <exception cref="RequestRefusedException">The labels cannot be stored; nothing was.</exception>
    public async Task<(LabelBatchAnswer Answer, bool IsNew)> TakeAsync(
        string name,
        string key,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var (batch, isNew) = await labels.AddAsync(name, key, await reader.ReadAsync(request, cancellationToken), cancellationToken);
        // Told again where it was stored before: an earlier request may have died before it could say so.
        await events.PublishAsync(
            new LabelsAdded
            {
                Dataset = name,
                Batch = key,
                Count = batch.Labels.Count,
                Added = batch.Added,
            },
            cancellationToken
        );
        var answer = new LabelBatchAnswer(name, key, batch.Labels.Count, batch.Added, await NoteAsync(name, batch, cancellationToken));
        return (answer, isNew);
    }

    private async Task<string?> NoteAsync(string name, LabelBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Changes == 0)
        {
            return $"stored, but nothing is trained on it by itself: version {batch.CheckedAgainst} of the dataset has every one of "
                + $"these labels already";
        }

        return await settings.FindAsync(name, cancellationToken) is null
            ? $"stored, but nothing is trained on it before PUT /api/datasets/{name}/retraining has said how"
            : null;
    }
}
