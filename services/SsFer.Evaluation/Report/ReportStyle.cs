namespace SsFer.Evaluation.Report;

/// <summary>The report's style sheet.</summary>
internal static class ReportStyle
{
    public static Markup Sheet { get; } =
        Markup.Of(
            $$"""
            <style>
            :root { --ink: #1d2433; --soft: #5f6b7f; --line: #e3e7ee; --ground: #f6f7fa; --paper: #fff;
                --good: #17795e; --bad: #b3422f; --accent: #3553b5; }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--ground); color: var(--ink);
                font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
            header, main { max-width: 1000px; margin: 0 auto; padding: 0 24px; }
            header { padding-top: 40px; }
            .kicker { margin: 0; color: var(--soft); font-size: 12px; letter-spacing: .08em; text-transform: uppercase; }
            h1 { margin: 0 0 16px; font-size: 32px; line-height: 1.2; overflow-wrap: anywhere; }
            h2 { margin: 0 0 4px; font-size: 19px; }
            h3 { margin: 16px 0 8px; font-size: 14px; }
            .note { margin: 0 0 14px; color: var(--soft); font-size: 13.5px; max-width: 75ch; }
            .decision { margin: 0 0 16px; padding: 10px 14px; border-left: 4px solid; border-radius: 4px; background: var(--paper); }
            .decision strong { margin-right: 6px; }
            .promoted { border-color: var(--good); } .promoted strong { color: var(--good); }
            .rejected { border-color: var(--bad); } .rejected strong { color: var(--bad); }
            .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 12px; }
            .card, section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
            .card { padding: 14px 16px; }
            .figure { font-size: 28px; font-weight: 650; line-height: 1.15; font-variant-numeric: tabular-nums; }
            .name { font-weight: 600; }
            .detail { color: var(--soft); font-size: 12.5px; line-height: 1.35; }
            section { margin: 16px 0; padding: 20px 24px; overflow-x: auto; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            .plain { width: 100%; }
            .plain th, .plain td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right; }
            .plain th { color: var(--soft); font-size: 12.5px; font-weight: 600; }
            .plain tr:last-child td { border-bottom: 0; }
            .plain .text { text-align: left; }
            .plain .first td { font-weight: 650; }
            .bar { display: inline-block; width: 90px; height: 8px; margin-right: 8px; border-radius: 4px;
                background: var(--line); overflow: hidden; }
            .bar i { display: block; height: 100%; background: var(--accent); }
            .share { display: inline-block; min-width: 62px; }
            .confusion { width: 100%; border-spacing: 2px; border-collapse: separate; }
            .confusion th { padding: 3px 8px; color: var(--soft); font-size: 12px; font-weight: 600; }
            .confusion tbody th { text-align: right; }
            .confusion td { min-width: 76px; height: 44px; border-radius: 4px; text-align: center; line-height: 1.15; }
            .confusion small { display: block; font-size: 11px; opacity: .75; }
            .faces { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 16px; }
            figure { margin: 0; }
            figure div { display: flex; gap: 2px; }
            figure img { width: 50%; aspect-ratio: 1; border-radius: 4px; }
            figcaption { margin-top: 3px; font-size: 12.5px; line-height: 1.3; }
            figcaption span { color: var(--soft); }
            .right b { color: var(--good); } .wrong b { color: var(--bad); }
            svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--soft); }
            svg .label { font-weight: 650; }
            .split { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 24px; align-items: center; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 10px 0 0; }
            dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
            @media (max-width: 700px) { .split { grid-template-columns: 1fr; } }
            @media print { body { background: #fff; } section, .card { break-inside: avoid; } }
            </style>
            """
        );
}
