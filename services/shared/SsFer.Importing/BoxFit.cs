namespace SsFer.Importing;

/// <summary>
/// Whether boxes are what somebody said they are. One that has no area or lies mostly outside its picture may be damaged; where another
/// reading of the four numbers brings nearly all of them into their pictures, they are of that one, and those that fit by chance wrong.
/// </summary>
internal static class BoxFit
{
    /// <summary>A reading is the better one that leaves at most this share of the boxes that do not fit.</summary>
    private const double Left = 0.25;

    /// <summary>Fewer boxes that do not fit are single damaged ones, whatever else they could be read as.</summary>
    private const double Few = 0.05;

    /// <param name="pictures">All that are to be imported.</param>
    /// <param name="sizes">Of the pictures, by index; null where one cannot be read.</param>
    /// <exception cref="ImportException">They are of another format.</exception>
    public static void Check(IReadOnlyList<PlannedPicture> pictures, IReadOnlyList<PixelHash?> sizes)
    {
        var boxes = Enumerable.Range(0, pictures.Count).Where(i => pictures[i].Box is not null && sizes[i] is not null).ToList();
        var said = boxes.Count > 0 ? pictures[boxes[0]].Box!.Value.Format : default;
        var misfits = Enum.GetValues<BoxFormat>().ToDictionary(format => format, format => boxes.FindAll(i => !Fits(i, format)));
        var least = misfits.Values.Min(each => each.Count);
        if (misfits[said] is not [var first, ..] || misfits[said].Count < Few * boxes.Count || least > Left * misfits[said].Count)
        {
            return;
        }

        var better = string.Join(" or ", misfits.Where(pair => pair.Value.Count == least).Select(pair => NameOf(pair.Key)));
        throw new ImportException(
            $"the boxes are not {NameOf(said)}: {misfits[said].Count} of {boxes.Count} have no area or reach out of their pictures, such "
                + $"as {pictures[first].Box!.Value.Numbers} of '{pictures[first].Description}' ({sizes[first]!.Value.Width} x "
                + $"{sizes[first]!.Value.Height} pixels); read as {better}, {(least == 0 ? "none does" : $"{least} do")}: give "
                + $"--box-format {better} (over HTTP boxFormat={better}), or empty the cells of boxes that are damaged"
        );

        bool Fits(int i, BoxFormat format) => pictures[i].Box!.Value.Fits(format, sizes[i]!.Value.Width, sizes[i]!.Value.Height);
    }

    private static string NameOf(BoxFormat format) => format.ToString().ToLowerInvariant();
}
