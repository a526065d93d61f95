namespace SsFer.Faces.Imaging;

/// <summary>Formats of picture files that are read.</summary>
[Flags]
public enum PictureFormats
{
    None = 0,
    Png = 1,
    Jpeg = 2,
    Webp = 4,
    Gif = 8,
    Tiff = 16,

    /// <summary>What cameras, telephones and browsers make.</summary>
    Common = Png | Jpeg | Webp,

    All = Common | Gif | Tiff,
}
