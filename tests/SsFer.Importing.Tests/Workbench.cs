using System.Buffers.Binary;
using System.Text;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Storage;

namespace SsFer.Importing.Tests;

/// <summary>Material for one import, the store that it goes into, and what came of it.</summary>
internal sealed class Workbench : IDisposable
{
    public Workbench() => Store = new FolderArtifactStore(Material.Path("store"));

    public TestMaterial Material { get; } = new();

    public FolderArtifactStore Store { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task<DatasetManifest> ImportAsync(DatasetImporter importer, ImportOptions? options = null) =>
        importer.ImportAsync(Store, "set", options ?? new ImportOptions(), null, Token);

    /// <summary>Imports, and returns the items as well, in the order of their keys.</summary>
    public async Task<(DatasetManifest Manifest, List<DatasetItem> Items)> ImportAllAsync(
        DatasetImporter importer,
        ImportOptions? options = null
    )
    {
        var manifest = await ImportAsync(importer, options);
        return (manifest, (await Material.ReadAllAsync(Store, manifest, Token)).ConvertAll(e => e.Entry.Item));
    }

    /// <summary>What an import that cannot be says of it; nothing is published then.</summary>
    public async Task<string> FailAsync(DatasetImporter importer, ImportOptions? options = null)
    {
        var fault = await Assert.ThrowsAsync<ImportException>(() => ImportAsync(importer, options));
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Null(await new DatasetCatalog(Store).FindAsync("set", Token));
        return fault.Message;
    }

    public string WriteLines(string name, params string[] lines) =>
        Material.Write(name, Encoding.UTF8.GetBytes(string.Join('\n', lines) + '\n'));

    /// <summary>A .npy file as NumPy writes it (format version 1): header padded to 64 bytes, then the raw value.</summary>
    public static byte[] Npy(string descr, byte[] value, string shape = "()")
    {
        var header = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}";
        header = header.PadRight((10 + header.Length + 1 + 63) / 64 * 64 - 11) + '\n';
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.Latin1.GetBytes(header), .. value];
    }

    /// <summary>Every rejected item as <c>source: reason</c>.</summary>
    public static IEnumerable<string> Rejections(DatasetManifest manifest) =>
        manifest.Rejected.Select(item => $"{item.Source}: {item.Reason}");

    public void Dispose() => Material.Dispose();
}
