using SsFer.Artifacts.Datasets;
using SsFer.Cli.Terminal;

namespace SsFer.Cli.Commands.Data;

/// <summary>Pictures of a prepared version that are worth a look: those without a face, and those with several.</summary>
/// <param name="WithoutFace">Kept whole, since no face was found.</param>
/// <param name="SeveralFaces">Of which the most prominent face was kept.</param>
internal sealed record DetectionList(NamedPictures WithoutFace, NamedPictures SeveralFaces)
{
    /// <summary>Reads what is known of every picture, not the pictures.</summary>
    /// <returns>Null for raw pictures, and where no detector was asked: nothing was missed then.</returns>
    public static async Task<DetectionList?> OfAsync(CommandSession session, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Kind != DatasetKind.Prepared)
        {
            return null;
        }

        var (without, several, asked) = (new NameCounter(), new NameCounter(), false);
        await foreach (
            var item in DatasetReader.ItemsAsync(session.Store, manifest.Name, manifest.Version, session.CacheDirectory, cancellationToken)
        )
        {
            if (item.FacesFound is not { } found)
            {
                continue;
            }

            asked = true;
            if (found != 1)
            {
                (found == 0 ? without : several).Add(found == 0 ? item.Source : $"{item.Source} ({found})");
            }
        }

        return asked ? new DetectionList(without.ToNames(), several.ToNames()) : null;
    }

    public void WriteTo(TextWriter text)
    {
        WithoutFace.WriteTo(text, "without a face, kept whole");
        SeveralFaces.WriteTo(text, "with several faces, the most prominent kept");
    }

    private sealed class NameCounter
    {
        private readonly List<string> _first = [];
        private int _count;

        public void Add(string name)
        {
            if (_count++ < NamedPictures.Shown)
            {
                _first.Add(name);
            }
        }

        public NamedPictures ToNames() => new(_count, _first);
    }
}

/// <summary>Pictures by their names, of many the first.</summary>
internal sealed record NamedPictures(int Count, IReadOnlyList<string> First)
{
    public const int Shown = 10;

    public void WriteTo(TextWriter text, string what)
    {
        if (Count == 0)
        {
            return;
        }

        text.WriteLine($"  {ProgressText.Count(Count)} {what}:");
        foreach (var name in First)
        {
            text.WriteLine($"    {name}");
        }

        if (Count > First.Count)
        {
            text.WriteLine($"    and {ProgressText.Count(Count - First.Count)} more");
        }
    }
}
