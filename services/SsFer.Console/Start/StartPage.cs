using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using SsFer.Console.Runs;

namespace SsFer.Console.Start;

/// <summary>The start page as HTML: no script, nothing from elsewhere.</summary>
internal static class StartPage
{
    /// <summary>Allows the page's own style sheet, by its hash, and nothing else.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src '{StartStyle.Hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static string Render(StartContent content) =>
        Document($"{Served(content)}{Runs(content)}{Datasets(content)}{Documents(content)}<footer>As of {Time(content.At)}.</footer>");

    public static string RenderFault(string message) =>
        Document(
            $"<section><h2>Not now</h2><p class=\"bad\">{Encode(message)}</p><p>Reload the page when the store answers.</p></section>"
        );

    private static string Document(string body) =>
        $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>SsFer</title>
            <link rel="icon" href="data:,">
            <style>{StartStyle.Sheet}</style>
            </head>
            <body>
            <header><p class="kicker">SsFer</p><h1>Facial expressions from few labels</h1></header>
            <main>{body}</main>
            </body>
            </html>
            """;

    private static string Served(StartContent content)
    {
        if (content.Promotion is not { } promotion)
        {
            return $"<section><h2>Served</h2><p class=\"lead\">Nothing is served yet.</p>{Next(content)}</section>";
        }

        var figures = content.Model is { Recipe: { } recipe } model
            ? $"""
                <dl class="figures">
                <div><dt>Accuracy</dt><dd>{Percent(model.Accuracy)}</dd></div>
                <div><dt>Recipe</dt><dd>{Encode(recipe)}</dd></div>
                <div><dt>Classes</dt><dd>{model.Classes.Count}</dd></div>
                </dl>
                <p class="soft">{Encode(string.Join(", ", model.Classes))}</p>
                """
            : "<p class=\"bad\">Its card cannot be read.</p>";
        return $"""
            <section><h2>Served</h2>
            <p class="lead"><a href="{Link("/api/models/", promotion.Model)}">{Encode(promotion.Model)}</a></p>
            {figures}
            <p class="soft">In production since {Time(promotion.At)}, by {Encode($"{promotion.By}")}: {Encode(promotion.Reason)}</p>
            </section>
            """;
    }

    /// <summary>The step that brings the first model into production.</summary>
    private static string Next(StartContent content) =>
        content switch
        {
            { HasModels: true } =>
                "<p>Next: promote one of the <a href=\"/api/models\">models</a> with <code>ssfer models promote ID</code>, or "
                    + "<code>POST /api/models/ID/promote</code>.</p>",
            { Runs: [{ State: "running" or "pending" }, ..] } =>
                "<p>Next: wait for a run to end. One with a validation set makes a model, which is promoted when it passes its gate.</p>",
            { Datasets: [_, ..] } =>
                "<p>Next: start a run with <code>POST /api/runs</code>, or train in the terminal with <code>ssfer train</code>.</p>",
            _ => "<p>Next: bring pictures in with <code>ssfer data import</code> or <code>POST /api/datasets/NAME/images</code>. "
                + "<code>ssfer demo</code> shows the whole way on generated faces.</p>",
        };

    private static string Runs(StartContent content)
    {
        if (content.Runs.Count == 0)
        {
            return "<section><h2>Runs</h2><p>No run was started yet.</p></section>";
        }

        var list = new StringBuilder();
        foreach (var run in content.Runs)
        {
            list.Append(
                CultureInfo.InvariantCulture,
                $"""
                <li><p class="run"><a href="{Link("/api/runs/", run.Id)}">{Encode(run.Id)}</a> <b class="{run.State}">{run.State}</b>
                {About(run)}</p>
                <ol class="stages">{string.Concat(run.Stages.Select(Stage))}</ol></li>
                """
            );
        }

        return $"<section><h2>Runs</h2><ul class=\"runs\">{list}</ul><p><a href=\"/api/runs\">All runs</a></p></section>";
    }

    private static string About(RunAnswer run) =>
        run is { Recipe: { } recipe, Created: { } created }
            ? $"<span class=\"soft\">{Encode(recipe)}, {Time(created)}</span>"
            : $"<span class=\"bad\">{Encode(run.Damage ?? "")}</span>";

    private static string Stage(StageAnswer stage)
    {
        var progress = stage.Progress is { TotalSteps: > 0 } told
            ? string.Create(CultureInfo.InvariantCulture, $" {100.0 * told.Step / told.TotalSteps:0} %")
            : "";
        var error = stage is { State: "failed", Error: { } why } ? $"<span class=\"bad\">{Encode(why)}</span>" : "";
        return $"<li>{Encode(stage.Name)} <b class=\"{stage.State}\">{stage.State}{progress}</b>{error}</li>";
    }

    private static string Datasets(StartContent content) =>
        content.Datasets.Count == 0
            ? "<section><h2>Datasets</h2><p>There is none yet.</p></section>"
            : $"""
                <section><h2>Datasets</h2><ul class="names">{string.Concat(
                    content.Datasets.Select(name => $"<li><a href=\"{Link("/api/datasets/", name)}\">{Encode(name)}</a></li>")
                )}</ul></section>
                """;

    private static string Documents(StartContent content) =>
        $"""
            <section><h2>Documents</h2><dl class="links">
            <dt><a href="/api/openapi/console.json">/api/openapi/console.json</a></dt>
            <dd>datasets, labels, runs, models and events over HTTP</dd>
            {(content.HasEndpoint ? EndpointDocument : "")}
            <dt><a href="/health">/health</a></dt><dd>whether store and bus answer</dd>
            </dl><p class="soft">In the terminal: <code>ssfer --help</code></p></section>
            """;

    private const string EndpointDocument = """
        <dt><a href="/try">/try</a></dt><dd>faces of a picture or the camera, answered by the model that is served</dd>
        <dt><a href="/v1/openapi/inference.json">/v1/openapi/inference.json</a></dt>
        <dd>expressions of the faces in pictures: <code>POST /v1/expressions</code></dd>
        """;

    private static string Percent(double? share) =>
        share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{100 * known:0.0} %") : "not measured";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Link(string folder, string name) => Encode($"{folder}{Uri.EscapeDataString(name)}");

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
