using System.IO.Compression;
using SsFer.Faces.Cutting;
using SsFer.Faces.Imaging;
using SsFer.Importing.FerPlus;
using SsFer.Inference.Models;
using SsFer.Learning.Metrics;
using SsFer.Testing;

namespace SsFer.Inference.Tests;

/// <summary>The file that comes with the program, measured on the faces that its card tells of.</summary>
public sealed class BuiltInModelAccuracyTests
{
    private const double Tolerance = 0.005; // other processors round otherwise

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task AccuracyAndConfidence_OnFerPlusValidation_AreThoseOfTheCard()
    {
        var folder = Path.Combine(RealData.Folder, "ferplus");
        var votes = await FerPlusVotes.ReadAsync(Path.Combine(folder, "fer2013new.csv"), encoding: null, Token);
        var labels = votes
            .Rows.DistinctBy(row => row.Image)
            .ToDictionary(row => row.Image, row => FerPlusLabels.Decide(FerPlusRule.Plurality, row.Votes.AsSpan()));
        using var model = BuiltInModel.Open();
        using var cutter = new FaceCutter(model.Description.Preparation);
        var (expected, faces) = (new List<string>(), new List<Picture>());
        await using var zip = await ZipFile.OpenReadAsync(Path.Combine(folder, "FER2013Valid.zip"), Token);
        foreach (var entry in zip.Entries)
        {
            if (labels.GetValueOrDefault(entry.Name) is { } label)
            {
                expected.Add(label);
                faces.Add(await CutAsync(cutter, entry));
            }
        }

        var probabilities = model.Classify(faces, Token);

        int[] truth = [.. expected.Select(label => model.Description.Classes.Index().Single(each => each.Item == label).Index)];
        var right = probabilities.Zip(truth).Count(pair => Array.IndexOf(pair.First, pair.First.Max()) == pair.Second);
        var evaluation = BuiltInModel.ReadCard().GetProperty("evaluations")[0];
        var told = evaluation.GetProperty("rules")[0];
        Assert.Equal("plurality", told.GetProperty("rule").GetString());
        Assert.Equal(told.GetProperty("all").GetProperty("count").GetInt32(), faces.Count);
        Assert.Equal(told.GetProperty("all").GetProperty("accuracy").GetDouble(), right / (double)faces.Count, Tolerance);
        Assert.Equal(
            evaluation.GetProperty("confidence").GetProperty("errorAfter").GetDouble(),
            CalibrationError.Of(probabilities, truth),
            Tolerance
        );
    }

    /// <summary>As a dataset's faces are prepared: the main face, or else the whole picture.</summary>
    private static async Task<Picture> CutAsync(FaceCutter cutter, ZipArchiveEntry entry)
    {
        await using var file = await entry.OpenAsync(Token);
        using var encoded = new MemoryStream();
        await file.CopyToAsync(encoded, Token);
        var picture = cutter.Decode(encoded.ToArray(), entry.Name);
        return cutter.Cut(picture, FaceChoice.MainFace(cutter.Find(picture)!, picture.Width, picture.Height), Token).Picture;
    }
}
