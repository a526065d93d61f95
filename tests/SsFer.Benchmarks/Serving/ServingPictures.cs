using SsFer.Testing;

namespace SsFer.Benchmarks.Serving;

/// <summary>The pictures of <see cref="ServingCase"/> as files, for what is measured beside it (<c>peers/</c>).</summary>
internal static class ServingPictures
{
    /// <param name="folder">Is made; has a file for each picture, named after what it is.</param>
    public static async Task<int> WriteAsync(string? folder)
    {
        if (folder is null || RealData.FolderOf(Environment.GetEnvironmentVariable("SSFER_TEST_DATA")) is not { } data)
        {
            await Console.Error.WriteLineAsync("error: name a folder to write to, and that of real faces with SSFER_TEST_DATA");
            return 2;
        }

        Directory.CreateDirectory(folder);
        foreach (var picture in LoadPicture.From(data))
        {
            var name = picture.Name.Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');
            var extension = picture.Content is [0x89, ..] ? "png" : "jpg";
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.{extension}"), picture.Content);
        }

        return 0;
    }
}
