using System.Globalization;
using System.IO.Compression;
using SsFer.Artifacts.Datasets;
using SsFer.Importing;
using SsFer.Importing.FerPlus;

namespace SsFer.FaceDetection.Tests;

/// <summary>From the published archive to prepared faces, on the first 300 pictures.</summary>
public sealed class PrepareRealDataTests : IDisposable
{
    private readonly TestDataset _dataset = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ssfer-ferplus-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _dataset.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Run_FerPlusWithBlazeFace_FindsNearlyAllFacesWithBoxesThatDiffer()
    {
        var raw = await ImportSubsetAsync();

        var manifest = await _dataset.Preparation.RunAsync(
            TestDataset.Name,
            new PreparationOptions { Size = 48, Border = 0.5f },
            null,
            Token
        );

        var faces = await _dataset.ReadAsync(manifest, Token);
        Assert.Equal(300, faces.Count);
        Assert.Equal(raw.Counts["validation"], manifest.Counts["validation"]);
        Assert.All(faces, face => Assert.Equal((48, 48), (face.Picture.Width, face.Picture.Height)));
        Assert.All(faces, face => Assert.True(face.Item.Box is null or [>= 0 and < 48, >= 0 and < 48, > 0 and <= 48, > 0 and <= 48]));
        Assert.InRange(Figure(manifest, "shareDetected"), 0.97, 1);
        Assert.InRange(Figure(manifest, "kappaMedian"), 0.05, 0.6); // zero would make FaceMix plain Mixup
    }

    private static double Figure(DatasetManifest manifest, string name) =>
        double.Parse(manifest.Provenance[name], CultureInfo.InvariantCulture);

    private async Task<DatasetManifest> ImportSubsetAsync()
    {
        var data = Testing.RealData.Folder;
        using (var archive = ZipFile.OpenRead(Path.Combine(data, "ferplus", "FER2013Valid.zip")))
        {
            foreach (var entry in archive.Entries.Where(entry => entry.Name.Length > 0).Take(300))
            {
                entry.ExtractToFile(Path.Combine(_folder, entry.Name));
            }
        }
        return await new FerPlusImporter([_folder], Path.Combine(data, "ferplus", "fer2013new.csv"), FerPlusRule.Plurality).ImportAsync(
            _dataset.Store,
            TestDataset.Name,
            new ImportOptions(),
            null,
            Token
        );
    }
}
