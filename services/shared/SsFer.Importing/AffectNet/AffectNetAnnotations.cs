using System.Text.RegularExpressions;
using SsFer.Artifacts.Datasets;
using SsFer.Faces.Imaging;
using SsFer.Importing.Labels;
using SsFer.Importing.Pictures;

namespace SsFer.Importing.AffectNet;

/// <summary>
/// Faces already cut out: <c>train_set|val_set/images/N.jpg</c>, each with its expression in <c>annotations/N_exp.npy</c>.
/// </summary>
internal sealed partial class AffectNetAnnotations(IEnumerable<SourceFile> files, AffectNetTally tally)
{
    private const int LongestAnnotation = 4096; // bytes; a header of 118 and one value

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var expressions = new Dictionary<(string Set, string Number), SourceFile>();
        var pictures = new List<(string Set, string Number, SourceFile File)>();
        foreach (var file in files)
        {
            if (ExpressionPath().Match(file.Entry.Name) is { Success: true } expression)
            {
                expressions.TryAdd((expression.Groups["set"].Value, expression.Groups["number"].Value), file);
            }
            else if (PicturePath().Match(file.Entry.Name) is { Success: true } picture)
            {
                pictures.Add((picture.Groups["set"].Value, picture.Groups["number"].Value, file));
            }
        }
        foreach (var (set, number, picture) in pictures)
        {
            if (!expressions.Remove((set, number), out var annotation))
            {
                tally.Rejected.Add(new RejectedItem(picture.Description, "has no expression in annotations"));
            }
            else if (
                await AddAsync(picture, annotation, set == "train" ? DatasetSplit.Train : DatasetSplit.Test, cancellationToken) is { } fault
            )
            {
                tally.Rejected.Add(new RejectedItem(picture.Description, $"its annotation {fault}"));
            }
        }
        tally.WithoutFile += expressions.Count;
    }

    private async Task<string?> AddAsync(SourceFile picture, SourceFile annotation, string split, CancellationToken cancellationToken)
    {
        try
        {
            var expression = NpyInteger.Parse(await annotation.Source.ReadAsync(annotation.Entry, LongestAnnotation, cancellationToken));
            if (expression is < 0 or > 10)
            {
                return $"says {expression}, no expression from 0 to 10";
            }

            if (tally.ClassOf(expression) is { } label)
            {
                tally.Rows.Add(new ListedPicture(picture, annotation.Description, 1, split) { Label = label });
            }
            else
            {
                tally.Dropped++;
            }

            return null;
        }
        catch (UnreadablePictureException e)
        {
            return e.Reason;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    [GeneratedRegex(
        @"(^|/)(?<set>train|val)_set/images/(?<number>[^/]+)\.(jpg|jpeg|png)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex PicturePath();

    [GeneratedRegex(
        @"(^|/)(?<set>train|val)_set/annotations/(?<number>[^/]+)_exp\.npy$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex ExpressionPath();
}
