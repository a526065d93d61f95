namespace SsFer.Faces.Imaging.Files;

/// <summary>Those parts of a file that its pixels need, in order.</summary>
internal sealed class Pieces(ReadOnlyMemory<byte> file)
{
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private int _end = -1;

    public ReadOnlyMemory<byte> File => file;

    public int Length { get; private set; }

    /// <summary>Keeps bytes of the file; what follows the last piece without a gap becomes part of it.</summary>
    public void Keep(int start, int end)
    {
        if (start == _end)
        {
            var last = _pieces[^1].Length;
            _pieces[^1] = file.Slice(start - last, last + end - start);
        }
        else
        {
            _pieces.Add(file[start..end]);
        }

        (_end, Length) = (end, Length + end - start);
    }

    /// <summary>Puts bytes here that the file has not.</summary>
    public void Add(ReadOnlyMemory<byte> bytes)
    {
        _pieces.Add(bytes);
        (_end, Length) = (-1, Length + bytes.Length);
    }

    /// <summary>The pieces one after another; the file itself where nothing was left out.</summary>
    public ReadOnlyMemory<byte> Join()
    {
        if (_pieces is [var only])
        {
            return only;
        }

        var joined = GC.AllocateUninitializedArray<byte>(Length);
        var at = 0;
        foreach (var piece in _pieces)
        {
            piece.CopyTo(joined.AsMemory(at));
            at += piece.Length;
        }

        return joined;
    }
}
