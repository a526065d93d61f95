using SsFer.Learning.Attacks;

namespace SsFer.Evaluation.Report;

/// <summary>Accuracy under attack as a chart and a table.</summary>
internal static class AttackChart
{
    private const double Left = 46,
        Right = 110,
        Top = 12,
        Bottom = 40,
        Width = 560,
        Height = 280;
    private const string FocusedColour = "#cc5c33";
    private const string UnfocusedColour = "#3553b5";

    public static Markup Of(AttackStudy? attack) =>
        attack is null
            ? Markup.Empty
            : Markup.Of(
                $"""
                <section>
                <h2>Under attack</h2>
                <p class="note">{attack.Method.ToUpperInvariant()} changes every pixel value by at most ε of its range,
                {(attack.Method == "pgd" ? "in ten steps " : "")}along the gradient that hurts most:
                once only in the focused region ({attack.FocusedArea:P0} of a picture in the mean),
                once only in the rest. {(
                    attack.Faces == attack.DrawnFrom
                        ? Markup.Of($"All {attack.Faces:N0} labelled faces of {attack.Dataset}.")
                        : Markup.Of(
                            $"""
                            {attack.Faces:N0} of the {attack.DrawnFrom:N0} labelled faces of {attack.Dataset},
                            drawn by seed {attack.Seed}.
                            """
                        )
                )}</p>
                <div class="split">{Chart(attack.Rows)}
                <table class="plain"><thead><tr><th>ε</th><th>Focused</th><th>Unfocused</th></tr></thead>
                <tbody>{Markup.Join(
                    attack.Rows.Select(row =>
                        Markup.Of($"<tr><td>{row.Epsilon:0.00}</td><td>{row.Focused:P1}</td><td>{row.Unfocused:P1}</td></tr>")
                    )
                )}</tbody></table>
                </div>
                {EqualAreas(attack.EqualAreas)}
                </section>
                """
            );

    private static Markup EqualAreas(IReadOnlyList<EqualAreaRow>? rows) =>
        rows is null
            ? Markup.Empty
            : Markup.Of(
                $"""
                <p class="note">The two regions differ in size, and the larger one loses more for that alone. Here as many pixels of
                each kind are changed: those that the model looks at most, those that it looks at least, and random ones.</p>
                <table class="plain"><thead><tr><th>Pixels</th><th>ε</th>
                <th>Most salient</th><th>Least salient</th><th>Random</th></tr></thead>
                <tbody>{Markup.Join(
                    rows.Select(row =>
                        Markup.Of(
                            $"""
                            <tr><td>{row.Share:P0}</td><td>{row.Epsilon:0.00}</td>
                            <td>{row.Most:P1}</td><td>{row.Least:P1}</td><td>{row.Random:P1}</td></tr>
                            """
                        )
                    )
                )}</tbody></table>
                """
            );

    private static Markup Chart(IReadOnlyList<RegionAttackRow> rows)
    {
        var strongest = Math.Max(rows.Max(row => row.Epsilon), double.Epsilon);
        var shares = Markup.Join(
            Enumerable
                .Range(0, 6)
                .Select(step => step / 5.0)
                .Select(share =>
                    Markup.Of(
                        $"""
                        <line x1="{Left}" x2="{Width - Right}" y1="{Y(share):0.#}" y2="{Y(share):0.#}" stroke="#e3e7ee"/><text x="{Left
                            - 8}" y="{Y(share) + 4:0.#}" text-anchor="end">{share:P0}</text>
                        """
                    )
                )
        );
        var strengths = Markup.Join(
            rows.Select(row =>
                Markup.Of($"""<text x="{X(row.Epsilon):0.#}" y="{Height - Bottom + 18}" text-anchor="middle">{row.Epsilon:0.00}</text>""")
            )
        );
        // Two labels that would touch step aside
        var gap = Math.Clamp(15 - Math.Abs(Y(rows[^1].Focused) - Y(rows[^1].Unfocused)), 0, 15) / 2;
        var lower = rows[^1].Focused <= rows[^1].Unfocused ? gap : -gap;
        return Markup.Of(
            $"""
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="Accuracy by strength of the attack">{shares}{strengths}
            <text x="{(Left + Width - Right) / 2:0.#}" y="{Height - 4}" text-anchor="middle">ε, largest change of a pixel value</text>
            {Line(row => row.Unfocused, UnfocusedColour, "unfocused", -lower)}{Line(row => row.Focused, FocusedColour, "focused", lower)}
            </svg>
            """
        );

        Markup Line(Func<RegionAttackRow, double> value, string colour, string name, double shift) =>
            Markup.Of(
                $"""
                <polyline fill="none" stroke="{colour}" stroke-width="2.5" stroke-linejoin="round" points="{Markup.Join(
                    rows.Select(row => Markup.Of($"{X(row.Epsilon):0.#},{Y(value(row)):0.#} "))
                )}"/>
                {Markup.Join(
                    rows.Select(row =>
                        Markup.Of($"""<circle cx="{X(row.Epsilon):0.#}" cy="{Y(value(row)):0.#}" r="3.5" fill="{colour}"/>""")
                    )
                )}
                <text class="label" x="{X(rows[^1].Epsilon) + 10:0.#}" y="{Y(value(rows[^1]))
                    + 4
                    + shift:0.#}" style="fill:{colour}">{name}</text>
                """
            );

        double X(double epsilon) => Left + (epsilon / strongest * (Width - Left - Right));

        double Y(double share) => Top + ((1 - share) * (Height - Top - Bottom));
    }
}
