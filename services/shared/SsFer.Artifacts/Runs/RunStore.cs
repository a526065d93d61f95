using System.Runtime.CompilerServices;
using System.Text.Json;
using SsFer.Artifacts.Storage;
using SsFer.Contracts;

namespace SsFer.Artifacts.Runs;

/// <summary>Runs: made, found, cancelled, retried and closed.</summary>
public sealed class RunStore(IArtifactStore store)
{
    private const int ShownDifferences = 5;

    /// <summary>The one member in which a repeated request may differ.</summary>
    private static readonly string Created = ArtifactJson.Document.PropertyNamingPolicy!.ConvertName(nameof(RunSpec.Created));

    private static readonly byte[] Marker = "{}"u8.ToArray();

    private readonly StageRecords _records = new(store);

    /// <summary>
    /// Makes the run, or finds it: the same request any number of times, finished half-way or not, leads to the same run.
    /// </summary>
    /// <exception cref="ArtifactException">A run of this id exists with other settings, or the plan is not sound.</exception>
    public async Task<RunStatus> CreateAsync(RunSpec spec, RunPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();

        await PutOnceAsync(spec.Id, RunPaths.Spec(spec.Id), spec, cancellationToken);
        await PutOnceAsync(spec.Id, RunPaths.Plan(spec.Id), plan, cancellationToken);
        foreach (var stage in plan.Stages)
        {
            await _records.CreateAsync(spec.Id, stage.Name, cancellationToken);
        }

        var status = await LoadAsync(spec.Id, cancellationToken);
        if (!status.IsSettled)
        {
            await OpenAsync(spec.Id, cancellationToken);
        }

        return status;
    }

    /// <exception cref="ArtifactException">There is no such run.</exception>
    public async Task<RunStatus> LoadAsync(string run, CancellationToken cancellationToken) =>
        await TryLoadAsync(run, cancellationToken)
        ?? throw new ArtifactException($"there is no run '{run}' in this store: 'ssfer runs list' shows those there are");

    /// <summary>
    /// As <see cref="TryLoadAsync"/>, but null for a damaged run too: who looks for work in all runs must not be kept from the others
    /// by one.
    /// </summary>
    public async Task<RunStatus?> TryLoadSoundAsync(string run, CancellationToken cancellationToken) =>
        (await FindListedAsync(run, cancellationToken))?.Value;

    /// <summary>As <see cref="TryLoadAsync"/>, but a damaged run is an entry that says what is wrong with it.</summary>
    public Task<Listed<RunStatus>?> FindListedAsync(string run, CancellationToken cancellationToken) =>
        Listed.ReadAsync(run, () => TryLoadAsync(run, cancellationToken));

    public async Task<RunStatus?> TryLoadAsync(string run, CancellationToken cancellationToken)
    {
        var spec = await store.TryReadJsonAsync<RunSpec>(RunPaths.Spec(run), cancellationToken);
        var plan = await store.TryReadJsonAsync<RunPlan>(RunPaths.Plan(run), cancellationToken);
        if (spec is null || plan is null)
        {
            return null;
        }

        RequireSound(run, plan.Value);

        var records = new Dictionary<string, StageRecord>(StringComparer.Ordinal);
        foreach (var stage in plan.Value.Stages)
        {
            // A run whose making was cut short lacks records; it is as if they had just been made.
            records[stage.Name] = (await _records.TryReadAsync(run, stage.Name, cancellationToken))?.Value ?? new StageRecord();
        }

        return new RunStatus
        {
            Spec = spec.Value,
            Plan = plan.Value,
            Stages = records,
        };
    }

    /// <summary>Ids of the runs in which something may still move; cheap.</summary>
    public async IAsyncEnumerable<string> ListOpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = "";
        await foreach (var entry in store.ListAsync(RunPaths.OpenPrefix, cancellationToken))
        {
            // A run's markers follow each other in the listing.
            if (RunPaths.RunOfOpen(entry.Path) is { } run && run != before)
            {
                yield return before = run;
            }
        }
    }

    /// <summary>Ids of all runs; reads the listing of everything the runs hold.</summary>
    public async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in store.ListAsync($"{Containers.Runs}/", cancellationToken))
        {
            if (entry.Path.Split('/') is [_, var run, "spec.json"])
            {
                yield return run;
            }
        }
    }

    /// <summary>
    /// Asks that nothing more be done for the run: waiting stages are cancelled at once, a running one is told at its next heartbeat.
    /// </summary>
    public async Task RequestCancelAsync(string run, CancellationToken cancellationToken)
    {
        foreach (var stage in (await LoadAsync(run, cancellationToken)).Plan.Stages)
        {
            await _records.UpdateAsync(
                run,
                stage.Name,
                record =>
                    record.State switch
                    {
                        StageState.Pending => record with { State = StageState.Cancelled, CancelRequested = false },
                        StageState.Running when !record.CancelRequested => record with { CancelRequested = true },
                        _ => record,
                    },
                cancellationToken
            );
        }

        await CloseIfSettledAsync(run, cancellationToken);
    }

    /// <summary>
    /// Sets failed and cancelled stages back to pending, with all their attempts; each resumes from its last checkpoint. A running
    /// stage that was asked to stop and has not heard of it yet goes on.
    /// </summary>
    /// <returns>Whether there was any.</returns>
    public async Task<bool> RetryAsync(string run, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var stage in (await LoadAsync(run, cancellationToken)).Plan.Stages)
        {
            await _records.UpdateAsync(
                run,
                stage.Name,
                record =>
                {
                    var next = record.State switch
                    {
                        StageState.Failed or StageState.Cancelled => record with
                        {
                            State = StageState.Pending,
                            Attempt = 0,
                            NotBefore = null,
                            Error = null,
                            CancelRequested = false,
                        },
                        StageState.Running when record.CancelRequested => record with { CancelRequested = false },
                        _ => record,
                    };
                    any |= next != record;
                    return next;
                },
                cancellationToken
            );
        }

        // Also where nothing was set back: an earlier retry may have died between the records and the marker, and nobody looks at a
        // run without one.
        if (!(await LoadAsync(run, cancellationToken)).IsSettled)
        {
            await OpenAsync(run, cancellationToken);
        }

        return any;
    }

    /// <summary>
    /// Takes the run from the open ones when nothing in it will move any more; called by whoever ends a stage. Only markers that
    /// stood before the records were looked at are deleted, and none is ever written twice: that of a retry that comes meanwhile,
    /// which is written after its records, stays whatever becomes of this process.
    /// </summary>
    public async Task<bool> CloseIfSettledAsync(string run, CancellationToken cancellationToken)
    {
        var markers = await MarkersAsync(run, cancellationToken);
        if (!(await LoadAsync(run, cancellationToken)).IsSettled)
        {
            return false;
        }

        await DeleteAsync(markers, cancellationToken);
        return true;
    }

    /// <summary>
    /// A marker of its own, also where there is one: that one may be about to be deleted. The new one takes the place of those before
    /// it.
    /// </summary>
    private async Task OpenAsync(string run, CancellationToken cancellationToken)
    {
        var before = await MarkersAsync(run, cancellationToken);
        await store.TryPutIfAbsentAsync(RunPaths.NewOpen(run), Marker, cancellationToken);
        await DeleteAsync(before, cancellationToken);
    }

    private async Task<IReadOnlyList<StoredArtifact>> MarkersAsync(string run, CancellationToken cancellationToken) =>
        await store.ListAsync(RunPaths.OpenPrefixOf(run), cancellationToken).ToListAsync(cancellationToken);

    private async Task DeleteAsync(IReadOnlyList<StoredArtifact> markers, CancellationToken cancellationToken)
    {
        foreach (var marker in markers)
        {
            await store.DeleteAsync(marker.Path, cancellationToken);
        }
    }

    /// <summary>A plan that names what it does not have would stop every worker that looks at its run.</summary>
    private static void RequireSound(string run, RunPlan plan)
    {
        try
        {
            plan.Validate();
        }
        catch (ArtifactException fault)
        {
            throw new CorruptArtifactException($"'{RunPaths.Plan(run)}' is damaged: {fault.Message}", fault);
        }
    }

    private async Task PutOnceAsync<T>(string run, string path, T document, CancellationToken cancellationToken)
        where T : notnull
    {
        if (await store.TryPutJsonIfAbsentAsync(path, document, cancellationToken) is not null)
        {
            return;
        }

        var stored = await store.TryReadJsonAsync<JsonElement>(path, cancellationToken) ?? throw new ArtifactNotFoundException(path);
        var differences = JsonDifference
            .Between(stored.Value, JsonSerializer.SerializeToElement(document, ArtifactJson.Document))
            .Where(difference => difference.Path != Created)
            .Select(difference => difference.ToString())
            .ToList();
        if (differences.Count > 0)
        {
            var more = differences.Count > ShownDifferences ? $" and {differences.Count - ShownDifferences} more" : "";
            throw new ArtifactException(
                $"run {run} exists with other settings: differs in "
                    + $"{string.Join(", ", differences.Take(ShownDifferences))}{more}; choose another id (--run)"
            );
        }
    }
}
