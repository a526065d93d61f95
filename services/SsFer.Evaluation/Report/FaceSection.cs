using SsFer.Learning.Attribution;

namespace SsFer.Evaluation.Report;

/// <summary>The report's faces, each beside its Grad-CAM.</summary>
internal static class FaceSection
{
    public static Markup Of(IReadOnlyList<ExplainedFace> faces) =>
        faces.Count == 0
            ? Markup.Empty
            : Markup.Of(
                $"""
                <section>
                <h2>Where it looks</h2>
                <p class="note">Faces drawn at random, each beside its Grad-CAM: the brighter, the more a place speaks for the answer.
                The line surrounds the focused region, where the map is above {GradCam.FocusThreshold:0.0}.</p>
                {(faces.Any(face => face.HasEmptyMap) ? EmptyMaps : Markup.Empty)}
                {Group("Right answers", faces.Where(face => face.IsRight))}
                {Group("Wrong answers", faces.Where(face => !face.IsRight))}
                </section>
                """
            );

    private static Markup EmptyMaps { get; } =
        Markup.Of(
            $"""
            <p class="note">A map is empty where no patch speaks for the answer more than against it: the model then answers by what all
            faces have in common, as one does that has learned little or is hardly sure.</p>
            """
        );

    private static Markup Group(string title, IEnumerable<ExplainedFace> faces)
    {
        var figures = Markup.Join(faces.Select(Figure));
        return figures.ToString().Length == 0 ? Markup.Empty : Markup.Of($"""<h3>{title}</h3><div class="faces">{figures}</div>""");
    }

    private static Markup Figure(ExplainedFace face) =>
        Markup.Of(
            $"""
            <figure class="{(face.IsRight ? "right" : "wrong")}"><div><img src="data:image/png;base64,{Markup.Base64(
                face.Picture.Span
            )}" alt="{face.Key}"/><img src="data:image/png;base64,{Markup.Base64(face.Overlay.Span)}" alt="Grad-CAM of {face.Key}"/></div>
            <figcaption><b>{face.Predicted}</b> {face.Confidence:P0}{(
                face.HasEmptyMap ? Markup.Of($"<br/><span>empty map: no place speaks for it</span>") : Markup.Empty
            )}{(
                face.IsRight ? Markup.Empty : Markup.Of($"<br/><span>truth: {face.Truth}</span>")
            )}</figcaption></figure>
            """
        );
}
