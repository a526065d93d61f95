using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Importing;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>
/// An upload to a published raw version, with the importers that the terminal uses. The same upload, sent again after the service
/// was killed, goes on after the last shard that was stored.
/// </summary>
/// <param name="store">Receives the version.</param>
/// <param name="basis">Limits and shard size; those of the terminal unless given.</param>
internal sealed class DatasetImport(IArtifactStore store, ImportOptions? basis = null)
{
    /// <exception cref="RequestRefusedException">The format needs a table that was not sent.</exception>
    /// <exception cref="ImportException">The pictures or the table cannot be used.</exception>
    public async Task<DatasetManifest> RunAsync(string name, ImportRequest request, Upload upload, CancellationToken cancellationToken)
    {
        var options = request.Reading with { ContentHashes = upload.Hashes };
        if (basis is not null)
        {
            options = options with { Budget = basis.Budget, Parallelism = basis.Parallelism, Writer = basis.Writer };
        }

        try
        {
            return await request.Importer(upload).ImportAsync(store, name, options, null, cancellationToken);
        }
        catch (ImportException fault)
        {
            // The client knows the files by the names it sent, not by where they stood here for a while.
            var sent = new[] { upload.Folder.Archives, upload.Folder.Tables, upload.Folder.Path }.Aggregate(fault.Message, (text, folder) =>
                text.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
            );
            throw new ImportException(sent, fault);
        }
    }
}
