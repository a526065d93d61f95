namespace SsFer.Client.Tests;

internal sealed class Moods(ISsFerClient endpoint)
{
    /// <summary>What the faces of a photograph express, the most certain face first.</summary>
    /// <exception cref="ApiException">The endpoint refuses; the message is one line with the cure.</exception>
    public async Task<IReadOnlyList<string>> OfAsync(string photograph, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(photograph);
        var answer = await endpoint.PostExpressionsAsync(
            maxFaces: 5,
            images: [new FileParameter(file, photograph)], // any number
            cancellationToken: cancellationToken
        );
        var picture = answer.Pictures[0];
        return picture.Status == PictureStatus.Ok
            ? [.. picture.Faces.Select(face => $"{face.Expression} ({face.TopProbability:P0})")]
            : throw new InvalidDataException(picture.Message); // no face, unreadable or too large: and what to do
    }
}
