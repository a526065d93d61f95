using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;
using SsFer.Faces.Imaging;
using SsFer.Importing.Pictures;

namespace SsFer.Importing;

/// <summary>
/// Tells one import from another without reading a picture, so that only the same import goes on from a killed one's shards.
/// </summary>
internal static class ImportInput
{
    /// <summary>
    /// A hash of the plan, of length and time of change (or, where it is known, the hash) of every archive or file, of the limits,
    /// and of the code that decodes: a picture that was exchanged meanwhile, or a program that was, begins anew.
    /// </summary>
    public static string Describe(IReadOnlyList<PlannedPicture> plan, IReadOnlyList<RejectedItem> rejected, ImportOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(
            new
            {
                budget = options.Budget,
                rejected,
                importing = Code(typeof(ImportInput)),
                vision = Code(typeof(PictureDecoder)),
            }
        );
        foreach (var archive in plan.Select(planned => planned.Source).Distinct())
        {
            Append(Stamp(archive.Location, options));
        }

        foreach (var planned in plan)
        {
            Append(
                new
                {
                    planned.Key,
                    planned.Split,
                    planned.Label,
                    planned.LabelsByRule,
                    planned.Votes,
                    planned.Box,
                    planned.Landmarks,
                    planned.Description,
                }
            );
            if (planned.Source is DirectoryPictureSource)
            {
                Append(Stamp(Path.Combine(planned.Source.Location, planned.Entry.Name), options));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append<T>(T value) => hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(value, ArtifactJson.Line));
    }

    private static string Code(Type type) => type.Module.ModuleVersionId.ToString();

    /// <summary>Empty for a directory, whose own time says nothing of the files in it.</summary>
    private static string Stamp(string path, ImportOptions options)
    {
        if (options.ContentHashes.TryGetValue(Path.GetFullPath(path), out var sha256))
        {
            return sha256;
        }

        var file = new FileInfo(path);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}") : "";
    }
}
