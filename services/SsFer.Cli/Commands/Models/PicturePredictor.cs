using SsFer.Faces.Imaging;
using SsFer.Inference;

namespace SsFer.Cli.Commands.Models;

/// <summary>Files to answers. What is wrong with one is said in its answer and concerns no other.</summary>
/// <param name="pipeline">The model, with the faces it looks at.</param>
/// <param name="clock">Is told how long the phases take.</param>
/// <param name="annotated">Receives the pictures with what was seen in them; null where nobody asked for them.</param>
internal sealed class PicturePredictor(FaceExpressionPipeline pipeline, PhaseClock clock, AnnotatedFiles? annotated)
{
    /// <summary>Pictures in memory at a time.</summary>
    public const int BatchSize = 32;

    /// <param name="files">As they were named.</param>
    /// <param name="progress">Told how many are done, after each batch.</param>
    /// <param name="cancellationToken">Stops before the next picture.</param>
    public async Task<IReadOnlyList<PictureAnswer>> AnswerAsync(
        IReadOnlyList<string> files,
        Action<int> progress,
        CancellationToken cancellationToken
    )
    {
        var turns = new PictureTurns(Environment.ProcessorCount, 2 * ImageBudget.Default.MaxDecodedBytes, TimeProvider.System);
        var answers = new List<PictureAnswer>(files.Count);
        foreach (var batch in files.Chunk(BatchSize))
        {
            var pictures = new List<UploadedPicture>();
            var refused = new Dictionary<string, PictureAnswer>(StringComparer.Ordinal);
            foreach (var file in batch)
            {
                try
                {
                    pictures.Add(await PictureFiles.ReadAsync(file, cancellationToken));
                }
                catch (UnreadablePictureException fault)
                {
                    refused[file] = new PictureAnswer
                    {
                        Name = file,
                        Status = PictureStatus.Unreadable,
                        Message = fault.Message,
                    };
                }
            }

            var seen = await pipeline.AnswerAsync(pictures, new AnswerOptions(), turns, clock, cancellationToken);
            if (annotated is not null)
            {
                foreach (var (picture, answer) in pictures.Zip(seen))
                {
                    await annotated.WriteAsync(picture, answer, cancellationToken);
                }
            }

            var next = 0;
            answers.AddRange(batch.Select(file => refused.TryGetValue(file, out var refusal) ? refusal : seen[next++]));
            progress(answers.Count);
        }

        return answers;
    }
}
