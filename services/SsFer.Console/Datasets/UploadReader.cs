using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using SsFer.Artifacts.Storage;
using SsFer.Console.Http;
using SsFer.ServiceDefaults.Http;

namespace SsFer.Console.Datasets;

/// <summary>An upload on the local disk, gone when disposed.</summary>
/// <param name="Folder">Where it stands.</param>
/// <param name="Images">Archives, and the folder of loose pictures where there are any.</param>
/// <param name="Table">The table of labels or votes; null where none was sent.</param>
/// <param name="Hashes">SHA-256 of every archive and picture by its full path.</param>
internal sealed record Upload(UploadFolder Folder, IReadOnlyList<string> Images, string? Table, IReadOnlyDictionary<string, string> Hashes)
    : IDisposable
{
    public void Dispose() => Folder.Dispose();
}

/// <summary>
/// Streams an upload to disk: a zip archive as the body, or a form whose parts named <c>images</c> are archives or pictures and
/// whose part named <c>table</c> is a CSV file. File names become part of keys and provenance, so that the same upload gives the
/// same version; they never leave the folder.
/// </summary>
internal sealed class UploadReader(IOptions<ConsoleOptions> options, UploadFolders folders)
{
    private const string ImagesPart = "images";
    private const string TablePart = "table";
    private const int LongestName = 200;
    private const int DeepestName = 8;
    private const string HowToSend =
        "send a zip archive as application/zip, or multipart/form-data with parts named 'images' (archives or pictures) and 'table' (CSV)";

    private readonly UploadTerms _terms = new()
    {
        BodyType = "application/zip",
        MaxBytes = options.Value.MaxUploadBytes,
        OverLimitCure = RequestBody.OverLimitCure,
        HowToSend = HowToSend,
        Damaged = RequestRefusedException.Malformed,
    };

    /// <exception cref="RequestRefusedException">The upload is too large, damaged, or holds something else, or there is no room for it
    /// now.</exception>
    public async Task<Upload> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        BoundedBody.RequireRate(request, options.Value.MinUploadRate);
        var upload = new UploadRequest(request, _terms);
        var folder = folders.Open();
        try
        {
            var parts = new Parts(folder, options.Value);
            await upload.ReadAsync(
                (part, token) => upload.IsForm ? TakeAsync(parts, part, token) : TakeBodyAsync(parts, part, token),
                cancellationToken
            );
            return parts.ToUpload();
        }
        catch (Exception fault)
        {
            folder.Dispose();
            if (fault is IOException full && DiskFull.Caused(full))
            {
                throw RequestRefusedException.NoRoom(
                    "there is no room for the upload on the disk of the service: send less at a time, or give the service a larger one"
                );
            }

            throw;
        }
    }

    private static Task TakeBodyAsync(Parts parts, UploadPart part, CancellationToken cancellationToken) =>
        parts.KeepAsync(part.Content, "images.zip", cancellationToken);

    private static Task TakeAsync(Parts parts, UploadPart part, CancellationToken cancellationToken) =>
        part.Name switch
        {
            ImagesPart when part.FileName.Length > 0 => parts.KeepAsync(part.Content, part.FileName, cancellationToken),
            TablePart => parts.KeepTableAsync(part, cancellationToken),
            _ => throw RequestRefusedException.Malformed(
                $"a part of the form is not named '{ImagesPart}' or '{TablePart}', or has no file name: {HowToSend}"
            ),
        };

    private sealed class Parts(UploadFolder folder, ConsoleOptions limits)
    {
        private readonly string _loose = Path.Combine(folder.Path, "pictures");
        private readonly List<string> _archives = [];
        private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);
        private string? _table;
        private long _bytes;

        public async Task KeepAsync(Stream content, string name, CancellationToken cancellationToken)
        {
            if (name.Contains('\uFFFD'))
            {
                throw RequestRefusedException.Unprocessable(
                    $"the file name '{name}' of the upload is not UTF-8: send it as filename*=UTF-8''..., or put the pictures into a zip "
                        + "archive and name its encoding with encoding=NAME"
                );
            }

            var safe = Safe(name);
            var isArchive = safe.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
            var path = isArchive ? Path.Combine(folder.Archives, Path.GetFileName(safe)) : Path.Combine(_loose, safe);
            if (Directory.Exists(path) || WithFoldersOf(path).Any(File.Exists))
            {
                throw RequestRefusedException.Unprocessable(
                    $"two files of the upload are named '{safe}', or one as the other's folder: give each a name of its own"
                );
            }

            _hashes[Path.GetFullPath(path)] = await CopyAsync(content, path, limits.MaxUploadBytes, cancellationToken);
            if (isArchive)
            {
                _archives.Add(path);
            }
        }

        public async Task KeepTableAsync(UploadPart part, CancellationToken cancellationToken)
        {
            if (_table is not null)
            {
                throw RequestRefusedException.Unprocessable($"the form has two parts named '{TablePart}': send one");
            }

            // Rows are named by it, as the terminal does.
            _table = Path.Combine(folder.Tables, part.FileName.Length > 0 ? Path.GetFileName(Safe(part.FileName)) : "table.csv");
            await CopyAsync(part.Content, _table, limits.MaxTableBytes, cancellationToken);
        }

        public Upload ToUpload()
        {
            IReadOnlyList<string> images =
            [
                .. _archives.Order(StringComparer.Ordinal),
                .. Directory.Exists(_loose) ? [_loose] : Array.Empty<string>(),
            ];
            return images.Count > 0
                ? new Upload(folder, images, _table, _hashes)
                : throw RequestRefusedException.Unprocessable($"the upload holds no picture: {HowToSend}");
        }

        /// <summary>The path and the folders above it, below that of the upload.</summary>
        private IEnumerable<string> WithFoldersOf(string path)
        {
            for (var each = path; each.Length > folder.Path.Length; each = Path.GetDirectoryName(each)!)
            {
                yield return each;
            }
        }

        /// <returns>SHA-256 of the content.</returns>
        private async Task<string> CopyAsync(Stream content, string path, long mostBytes, CancellationToken cancellationToken)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = File.Create(path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[128 * 1024];
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; )
            {
                _bytes += read;
                if (_bytes > limits.MaxUploadBytes)
                {
                    throw BoundedBody.OverLimit(limits.MaxUploadBytes, RequestBody.OverLimitCure);
                }

                if (file.Length + read > mostBytes)
                {
                    throw RequestRefusedException.TooLarge(
                        $"the part named '{TablePart}' has more than {mostBytes} bytes: send fewer rows at a time, or raise the "
                            + $"limit in the service's configuration"
                    );
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        /// <summary>The name with its folders, made of what is harmless in a path of ours.</summary>
        private static string Safe(string name)
        {
            var segments = name.Split('/', '\\')
                .Select(segment =>
                    string.Concat(
                            segment.Select(c =>
                                char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or ' ' || c > '\u007f' && char.IsLetterOrDigit(c)
                                    ? c
                                    : '_'
                            )
                        )
                        .Trim()
                        .TrimStart('.')
                )
                .Where(segment => segment.Length > 0)
                .ToList();
            return segments.Count is > 0 and <= DeepestName && segments.Sum(segment => segment.Length) <= LongestName
                ? string.Join('/', segments)
                : throw RequestRefusedException.Unprocessable(
                    $"a file of the upload has no usable name: at most {LongestName} characters in at most {DeepestName - 1} folders"
                );
        }
    }
}
