using System.Security.Cryptography;
using System.Text;

namespace SsFer.Console.Start;

/// <summary>The start page's style sheet.</summary>
internal static class StartStyle
{
    public const string Sheet = """
        :root {
          color-scheme: light dark;
          --ink: #1d2433; --soft: #5f6b7f; --line: #dfe4ec; --ground: #f6f7fa; --paper: #fff;
          --good: #17795e; --bad: #b3422f; --accent: #3553b5;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e6e9f0; --soft: #9aa5b8; --line: #2b3344; --ground: #12161f; --paper: #1a202c;
            --good: #58c9a4; --bad: #f08a76; --accent: #93abff;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        header, main { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
        header { padding-top: 2.5rem; }
        .kicker { margin: 0; color: var(--soft); font-size: .8rem; letter-spacing: .08em; }
        h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; }
        h2 { margin: 0 0 .5rem; font-size: 1.1rem; }
        section { margin: 1rem 0; padding: 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
        section > :last-child { margin-bottom: 0; }
        p { margin: .5rem 0; overflow-wrap: anywhere; }
        a { color: var(--accent); overflow-wrap: anywhere; }
        code { font-size: .9em; overflow-wrap: anywhere; }
        .lead { font-size: 1.35rem; font-weight: 600; }
        .soft, footer { color: var(--soft); font-size: .9rem; }
        footer { padding: 0 0 2rem; }
        .bad, .failed { color: var(--bad); }
        .completed { color: var(--good); }
        .running { color: var(--accent); }
        .pending, .cancelled { color: var(--soft); }
        .figures { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: .75rem 0; }
        .figures dt { color: var(--soft); font-size: .85rem; }
        .figures dd { margin: 0; font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
        ul, ol { margin: 0; padding: 0; list-style: none; }
        .runs > li { padding: .75rem 0; border-top: 1px solid var(--line); }
        .runs > li:first-child { border-top: 0; padding-top: 0; }
        .run { margin: 0 0 .35rem; }
        .stages, .names { display: flex; flex-wrap: wrap; gap: .4rem; }
        .stages li, .names li { padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .9rem; }
        .stages .bad { display: block; overflow-wrap: anywhere; }
        ul + p { margin-top: .75rem; }
        .links { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: .5rem 0; }
        .links dd { margin: 0; }
        @media (max-width: 40rem) {
          .links { grid-template-columns: 1fr; gap: 0; }
          .links dd { margin-bottom: .75rem; }
        }
        """;

    /// <summary>As a content security policy names it.</summary>
    public static string Hash { get; } = $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)))}";
}
