using System.CommandLine;
using System.Globalization;
using SsFer.Cli.Commands.Training;
using SsFer.Cli.Terminal;
using SsFer.Evaluation;
using SsFer.Evaluation.Report;
using SsFer.Learning.Attacks;
using SsFer.Planning;
using SsFer.Stages.Faces;

namespace SsFer.Cli.Commands.Models;

/// <summary><c>evaluate MODEL --dataset NAME:split</c>: measures a model that is there already.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Dataset = new("--dataset")
    {
        Description = "What to measure on, NAME:split",
        HelpName = "NAME:SPLIT",
        Required = true,
    };

    private static readonly Option<string> Attack = new Option<string>("--attack")
    {
        Description = "fgsm, or the stronger pgd: accuracy when only what the model looks at is attacked, and only the rest",
        HelpName = "fgsm|pgd",
    }.AcceptOnlyFromAmong("fgsm", "pgd");

    private static readonly Option<bool> EqualAreas = new("--equal-areas")
    {
        Description = "With --attack: also the most and the least salient pixels and random ones, as many of each",
    };

    private static readonly Option<int> AttackFaces = new("--attack-faces")
    {
        Description = "How many faces to attack, drawn at random",
        HelpName = "N",
        DefaultValueFactory = _ => AttackStudy.DefaultFaces,
    };

    private static readonly Option<FileInfo> Report = new("--report")
    {
        Description = "Writes a page with all figures, charts and some faces",
        HelpName = "FILE.html",
    };

    public static Command Create() =>
        new Command("evaluate", "Measures a model on a dataset: accuracy with its interval, recall per class, macro-F1, confusion matrix")
        {
            ModelArguments.Model,
            Dataset,
            Attack,
            AttackFaces,
            EqualAreas,
            Report,
            TrainingOptions.Device,
        }.Does(
            async (session, arguments, cancellationToken) =>
            {
                var attacked = arguments.GetValue(Attack) is null ? 0 : arguments.GetValue(AttackFaces);
                if (attacked < 0 || (attacked == 0 && arguments.GetValue(Attack) is not null))
                {
                    throw new UsageException("--attack-faces must be at least 1");
                }

                if (arguments.GetValue(EqualAreas) && attacked == 0)
                {
                    throw new UsageException("--equal-areas goes with --attack fgsm or --attack pgd");
                }

                if (arguments.GetValue(Report) is { } page)
                {
                    OutputFile.Check(page.ToString(), "the report", Report.Name);
                }

                using var model = await StoredModel.OpenAsync(session.Store, arguments.GetValue(ModelArguments.Model)!, cancellationToken);
                var text = arguments.GetValue(Dataset)!;
                var reference = await new FacesForModel(session, model).ResolveAsync(text, cancellationToken);
                using var faces = await PreparedFaces.OpenAsync(session.Store, reference, session.CacheDirectory, cancellationToken);
                var target = ModelArguments.Target(arguments);
                var basis = new EvaluationBasis(faces, text, target, Seed: 0);
                var evaluation = ModelEvaluation.Measure(model.Name, model.Weights, model.Name, basis, cancellationToken);
                var lineage = await model.LineageAsync(session.Store, cancellationToken);
                var learned = await new Lineage(session.Store).CountAsync(lineage, reference, cancellationToken);
                using var examination = new ModelExamination(model.Weights, model.Name, basis);
                var method = arguments.GetValue(Attack) == "pgd" ? AttackMethod.Pgd : AttackMethod.Fgsm;
                var attack = examination.Attack(new AttackOptions(attacked, method, arguments.GetValue(EqualAreas)), cancellationToken);
                if (arguments.GetValue(Report) is { } file)
                {
                    var content = new ReportContent
                    {
                        Model = model.Name,
                        Product = evaluation,
                        Size = examination.Size,
                        Attack = attack,
                        Faces = examination.Gallery(cancellationToken),
                        Facts = ReportContent.FactsOf(model, reference, ModelExamination.Describe(target), learned),
                    };
                    await File.WriteAllTextAsync(file.FullName, ModelReport.Render(content), cancellationToken);
                    session.Terminal.Say($"report: {file.FullName}");
                }

                var result = EvaluationResult.Of(evaluation, attack) with { Learned = learned, LineageIsComplete = lineage.IsComplete };
                session.Terminal.Show(result, output =>
                {
                    EvaluationText.Write(output, evaluation);
                    if (attack is not null)
                    {
                        Write(output, attack);
                    }
                });
                session.Terminal.SayWarnings(WarningsOf(result));
            }
        );

    private static List<string> WarningsOf(EvaluationResult result)
    {
        var warnings = result.Learned.Select(learned => $"{learned}: the figures are not those of faces that the model never saw").ToList();
        if (!result.LineageIsComplete)
        {
            warnings.Add("what the model learned from in the beginning is not known, so it may have seen these faces");
        }

        return warnings;
    }

    private static void Write(TextWriter output, AttackStudy attack)
    {
        output.WriteLine();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{attack.Method.ToUpperInvariant()} on {attack.Faces:N0} of {attack.DrawnFrom:N0} faces, seed {attack.Seed}; "
                    + $"focused region {attack.FocusedArea:P0} of a picture"
            )
        );
        output.WriteLine($"  {"eps", -6} {"focused", 9} {"unfocused", 10}");
        foreach (var row in attack.Rows)
        {
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"  {row.Epsilon, -6:0.00} {row.Focused, 9:P2} {row.Unfocused, 10:P2}")
            );
        }

        if (attack.EqualAreas is { } areas)
        {
            output.WriteLine($"  {"eps", -6} {"pixels", 9} {"most salient", 13} {"least salient", 14} {"random", 8}");
            foreach (var row in areas)
            {
                output.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"  {row.Epsilon, -6:0.00} {row.Share, 9:P0} {row.Most, 13:P2} {row.Least, 14:P2} {row.Random, 8:P2}"
                    )
                );
            }
        }
    }
}

/// <summary>An evaluation as JSON, with the attack where one was asked for.</summary>
internal sealed record EvaluationResult
{
    public required string Model { get; init; }

    public required string Dataset { get; init; }

    public required double Accuracy { get; init; }

    public required IReadOnlyList<RuleEvaluation> Rules { get; init; }

    public AttackStudy? Attack { get; init; }

    /// <summary>Runs that made the model or its ancestors and have learned from these faces.</summary>
    public IReadOnlyList<LearnedCount> Learned { get; init; } = [];

    /// <summary>Whether nothing is behind the model but the runs that are known.</summary>
    public bool LineageIsComplete { get; init; }

    public static EvaluationResult Of(ModelEvaluation evaluation, AttackStudy? attack) =>
        new()
        {
            Model = evaluation.Model,
            Dataset = evaluation.Dataset,
            Accuracy = evaluation.Accuracy,
            Rules = evaluation.Rules,
            Attack = attack,
        };
}
