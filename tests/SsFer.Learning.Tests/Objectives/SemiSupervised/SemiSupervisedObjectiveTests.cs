using SsFer.Learning.Models;
using SsFer.Learning.Objectives.SemiSupervised;
using SsFer.Learning.Randomness;
using SsFer.Learning.Tests.Training;
using SsFer.Recipes;
using static TorchSharp.torch;

namespace SsFer.Learning.Tests.Objectives.SemiSupervised;

/// <summary>
/// Each method on two classes, one labelled face of probabilities (1/2, 1/2), whose cross-entropy is ln 2, and two unlabelled ones; all
/// pictures are logarithms of probabilities. The unlabelled term counts three times.
/// </summary>
public sealed class SemiSupervisedObjectiveTests
{
    private const double Weight = 3;

    private static readonly double Ln2 = Math.Log(2);

    [Fact]
    public void EmaTeacher_LearnsWhatTheTeacherIsSureOf()
    {
        // The teacher says class 1 of the first face, with 0.9; of the second nothing
        var loss = LossOf(
            SemiSupervisedMethod.EmaTeacher,
            ["EmaTeacher.Threshold=0.7"],
            [
                [0.9, 0.6],
                [0.25, 0.5],
            ],
            teacherDiffers: true
        );

        Assert.Equal(Ln2 + (Weight * -Math.Log(0.75) / 2), loss, 5);
    }

    /// <summary>
    /// All labels are of class 0: nine in ten for class 1 become none, and both faces are class 0 beyond doubt, of which the student's
    /// strong views give 0.25 and 0.5.
    /// </summary>
    [Fact]
    public void EmaTeacher_WithAlignment_LearnsInTheLabelsDistribution() =>
        Assert.Equal(
            Ln2 + (Weight * (-Math.Log(0.25) - Math.Log(0.5)) / 2),
            LossOf(
                SemiSupervisedMethod.EmaTeacher,
                ["EmaTeacher.Threshold=0.7", "EmaTeacher.AlignDistribution=true"],
                [
                    [0.9, 0.6],
                    [0.25, 0.5],
                ],
                teacherDiffers: true
            ),
            5
        );

    [Fact]
    public void FixMatch_LearnsWhatTheStudentIsSureOf() =>
        Assert.Equal(
            Ln2 + (Weight * Math.Log(4) / 2),
            LossOf(
                SemiSupervisedMethod.FixMatch,
                [],
                [
                    [0.96, 0.9],
                    [0.25, 0.3],
                ],
                teacherDiffers: true
            ),
            5
        );

    [Fact]
    public void PseudoLabel_LearnsOnTheSameView() =>
        Assert.Equal(
            Ln2 + (Weight * -Math.Log(0.96) / 2),
            LossOf(
                SemiSupervisedMethod.PseudoLabel,
                [],
                [
                    [0.96, 0.9],
                ],
                teacherDiffers: true
            ),
            5
        );

    [Fact]
    public void PiModel_ComparesTwoViewsOfTheStudent() =>
        // (0.3² + 0.3²) / 2 of the first face, nothing of the second
        Assert.Equal(
            Ln2 + (Weight * 0.09 / 2),
            LossOf(
                SemiSupervisedMethod.PiModel,
                [],
                [
                    [0.8, 0.6],
                    [0.5, 0.6],
                ],
                teacherDiffers: true
            ),
            5
        );

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0.36)] // 0.2 and 0.8 against 0.8 and 0.2
    public void MeanTeacher_WithTheStudentAsItsTeacherHasNoLoss_WithAMovedOneItHas(bool moved, double term) =>
        Assert.Equal(
            Ln2 + (Weight * term),
            LossOf(
                SemiSupervisedMethod.MeanTeacher,
                [],
                [
                    [0.8, 0.2],
                    [0.8, 0.2],
                ],
                teacherDiffers: moved
            ),
            5
        );

    [Fact]
    public void Uda_SharpensWhatTheStudentIsSureOf()
    {
        // T = 1/2: 0.9² and 0.1², over their sum of 0.82
        var term = ((0.81 * Math.Log(4)) + (0.01 * -Math.Log(0.75))) / 0.82;

        var loss = LossOf(
            SemiSupervisedMethod.Uda,
            ["EmaTeacher.Sharpening=0.5"],
            [
                [0.9, 0.7],
                [0.25, 0.5],
            ]
        );

        Assert.Equal(Ln2 + (Weight * term / 2), loss, 5);
    }

    [Fact]
    public void Vat_MovesPicturesWhereProbabilitiesChangeMost()
    {
        // Of two classes the difference of the logits alone counts: along (1, -1) / sqrt 2 a length of 6 changes it by 6 sqrt 2.
        var change = 6 * Math.Sqrt(2);
        var divergence = -Ln2 + (0.5 * (change + (2 * Math.Log(1 + Math.Exp(-change)))));

        var loss = LossOf(
            SemiSupervisedMethod.Vat,
            [],
            [
                [0.5, 0.5],
            ]
        );

        Assert.Equal(Ln2 + (Weight * (divergence + (0.06 * Ln2))), loss, 4);
    }

    [Fact]
    public void MixMatch_MixesLabelsAndGuesses()
    {
        using var scope = NewDisposeScope();
        // Guesses: means of (0.9, 0.5) and (0.2, 0.4), squared over the sum of the squares
        double first = 0.49 / (0.49 + 0.09),
            second = 0.09 / (0.09 + 0.49);
        double[] targets = [1, first, second, first, second],
            probabilities = [0.5, 0.9, 0.2, 0.5, 0.4];
        var mix = ShuffledMix.Draw(RandomOfTheStep(), 5, 0.5, CPU);
        var order = mix.Order.data<long>().ToArray();
        double[] mixed = [.. order.Select((other, row) => Mixed(targets[row], targets[other]))];
        double[] answers = [.. order.Select((other, row) => Sigmoid(Mixed(LogOdds(probabilities[row]), LogOdds(probabilities[other]))))];
        var known = -((mixed[0] * Math.Log(answers[0])) + ((1 - mixed[0]) * Math.Log(1 - answers[0])));
        var unknown = mixed.Zip(answers).Skip(1).Average(pair => Math.Pow(pair.First - pair.Second, 2)); // the same of both classes

        var loss = LossOf(
            SemiSupervisedMethod.MixMatch,
            [],
            [
                [0.9, 0.2],
                [0.5, 0.4],
            ]
        );

        Assert.Equal(known + (Weight * unknown), loss, 5);
        Assert.InRange(mix.Lambda, 0.5, 1);

        double Mixed(double own, double other) => (mix.Lambda * own) + ((1 - mix.Lambda) * other);
    }

    [Fact]
    public void ReMixMatch_MixesLabelsAndGuesses_AndTellsTurns()
    {
        using var scope = NewDisposeScope();
        // Guesses (0.8, 0.2) and (0.4, 0.6) have the mean (0.6, 0.4), labels are all of class 0: aligned they are all class 0, too
        double[] probabilities = [0.5, 0.7, 0.3, 0.6, 0.1, 0.8, 0.4];
        var mix = ShuffledMix.Draw(RandomOfTheStep(), 7, 0.75, CPU);
        var order = mix.Order.data<long>().ToArray();
        double[] losses =
        [
            .. order.Select(
                (other, row) =>
                    -Math.Log(Sigmoid((mix.Lambda * LogOdds(probabilities[row])) + ((1 - mix.Lambda) * LogOdds(probabilities[other]))))
            ),
        ];
        var strong = (-Math.Log(0.7) - Math.Log(0.3)) / 2;
        var guessed = (1.5 * losses.Skip(1).Average()) + (0.5 * strong);

        var loss = LossOf(
            SemiSupervisedMethod.ReMixMatch,
            [],
            [
                [0.8, 0.4],
                [0.7, 0.3],
                [0.6, 0.1],
            ]
        );

        Assert.Equal(losses[0] + (Weight * guessed) + (0.5 * RotationOf(0.7, 0.3)), loss, 3);
    }

    /// <summary>While no face was ever sure all count; then the class that was asks for 0.95, the other for nothing.</summary>
    [Fact]
    public void FlexMatch_LearnsWhatPassesTheThresholdOfItsClass()
    {
        using var scope = NewDisposeScope();
        using var objective = Create(RecipeOf(SemiSupervisedMethod.FlexMatch, []).EmaTeacher, faces: 2);

        var first = objective
            .Loss(
                StepOf(
                    [
                        [0.96, 0.97],
                        [0.25, 0.5],
                    ],
                    [0, 1]
                )
            )
            .Loss.item<float>();
        var second = objective
            .Loss(
                StepOf(
                    [
                        [0.9, 0.4],
                        [0.25, 0.5],
                    ],
                    [0, 1]
                )
            )
            .Loss.item<float>();

        Assert.Equal(Ln2 + (Weight * (Math.Log(4) + Ln2) / 2), first, 5);
        Assert.Equal(Ln2 + (Weight * Ln2 / 2), second, 5); // class 1 of the second face alone
    }

    [Fact]
    public void FlexMatch_RemembersWhatItWasSureOf()
    {
        using var scope = NewDisposeScope();
        using var objective = Create(RecipeOf(SemiSupervisedMethod.FlexMatch, []).EmaTeacher, faces: 3);
        var memory = objective.Memory[0].Value;

        objective.Loss(
            StepOf(
                [
                    [0.97, 0.6],
                    [0.5, 0.5],
                ],
                [2, 0]
            )
        );
        Assert.Equal([0, 0, 1], memory.data<float>().ToArray());

        objective.Loss(
            StepOf(
                [
                    [0.6, 0.01],
                    [0.5, 0.5],
                ],
                [2, 0]
            )
        );
        Assert.Equal([2, 0, 1], memory.data<float>().ToArray());
    }

    [Fact]
    public void CoMatch_FromTheSecondStepOn_SmoothsByFacesOfTheBank()
    {
        using var scope = NewDisposeScope();
        var settings = RecipeOf(SemiSupervisedMethod.CoMatch, ["EmaTeacher.Threshold=0.2"]).EmaTeacher;
        using var objective = Create(settings, faces: 2);
        var networks = new ConstantHead();
        double[][] views =
        [
            [0.9, 0.1],
            [0.25, 0.5],
            [0.5, 0.5],
        ];

        var first = objective.Loss(StepOf(views, [0, 1]) with { Networks = networks }).Loss.item<float>();
        var second = objective.Loss(StepOf(views, [0, 1]) with { Networks = networks, Number = 1 }).Loss.item<float>();

        // All embeddings are alike: the contrast is ln 2 with any graph, and the bank is of one mean, (1 + 0.9 + 0.1) / 3 of class 0
        var bank = 2.0 / 3;
        Assert.Equal(Ln2 + (Weight * (Ln2 + ClassificationOf(0.9))), first, 4);
        Assert.Equal(Ln2 + (Weight * (Ln2 + ClassificationOf(0.81 + (0.1 * bank)))), second, 4);

        // The strong view of the second face is (1/2, 1/2): ln 2, whatever the target
        static double ClassificationOf(double first) => ((first * Math.Log(4)) + ((1 - first) * -Math.Log(0.75)) + Ln2) / 2;
    }

    [Fact]
    public void Ccssl_LearnsWhatTheStudentIsSureOf_AndDrawsAPseudoClassTogether()
    {
        using var scope = NewDisposeScope();
        using var objective = Create(RecipeOf(SemiSupervisedMethod.Ccssl, []).EmaTeacher, faces: 2);
        var step = StepOf(
            [
                [0.96, 0.9],
                [0.25, 0.5],
                [0.5, 0.5],
            ],
            [0, 1]
        ) with
        {
            Networks = new ConstantHead(),
        };

        var loss = objective.Loss(step).Loss.item<float>();

        // All embeddings are alike: each of three others is as likely, whatever the pairs weigh
        Assert.Equal(Ln2 + (Weight * ((Math.Log(4) / 2) + Math.Log(3))), loss, 4);
    }

    /// <summary>A term that is dead, such as one with the same logits on both sides, adds nothing to the gradient.</summary>
    [Theory]
    [MemberData(nameof(TrainingCase.Methods), MemberType = typeof(TrainingCase))]
    [InlineData(SemiSupervisedMethod.EmaTeacher)]
    public void Gradient_AtUnlabelledFaces_IsNotZero(SemiSupervisedMethod method)
    {
        using var scope = NewDisposeScope();
        var settings = RecipeOf(method, ["EmaTeacher.Threshold=0.2"]).EmaTeacher;

        // The labelled loss of some methods sees unlabelled faces, too: what counts is what the weight adds
        Assert.Contains(GradientsWith(Weight).Zip(GradientsWith(0)), pair => Math.Abs(pair.First - pair.Second) > 1e-4);

        List<float> GradientsWith(double weight)
        {
            using var objective = Create(settings, faces: 2);
            double[][] probabilities =
            [
                [0.9, 0.2],
                [0.25, 0.6],
                [0.55, 0.7],
            ];
            var step = StepOf([.. probabilities.Take(objective.Views.Count)], [0, 1]) with { Weight = weight };
            var views = step.Views.Select(view => view.requires_grad_(true)).ToList();
            objective.Loss(step).Loss.backward();
            return [.. views.SelectMany(view => view.grad?.data<float>().ToArray() ?? new float[view.numel()])];
        }
    }

    private static double LossOf(
        SemiSupervisedMethod method,
        string[] settings,
        double[][] views,
        bool teacherDiffers = false,
        int faces = 2
    )
    {
        using var scope = NewDisposeScope();
        using var objective = Create(RecipeOf(method, settings).EmaTeacher, faces);
        Assert.Equal(objective.Views.Count, views.Length);
        var step = StepOf(views, [0, 1]) with { Networks = new LogarithmNetworks(teacherDiffers) };
        return objective.Loss(step).Loss.item<float>();
    }

    private static Recipe RecipeOf(SemiSupervisedMethod method, string[] settings) =>
        RecipeCatalog.Smoke.With([$"Method={method}", "EmaTeacher.LabelledBatch=1", "EmaTeacher.UnlabelledBatch=2", .. settings]);

    private static ISemiSupervisedObjective Create(EmaTeacherSettings settings, int faces) =>
        SemiSupervisedObjectives.Create(settings, new ObjectiveSurroundings(2, [1, 0], 1, 2, faces, CPU));

    /// <param name="views">Probability of class 0 of each unlabelled face, in each view.</param>
    /// <param name="faces">Which they are.</param>
    private static SemiSupervisedStep StepOf(double[][] views, long[] faces) =>
        new()
        {
            Number = 0,
            Networks = new LogarithmNetworks(),
            Labelled = LogarithmNetworks.Pictures([0.5]),
            Classes = tensor(new long[] { 0 }),
            Views = [.. views.Select(LogarithmNetworks.Pictures)],
            Faces = tensor(faces),
            Truth = tensor(new long[] { -1, 0 }),
            Weight = Weight,
            Random = RandomOfTheStep(),
        };

    private static CounterRandom RandomOfTheStep() => new(5, RandomPurpose.SemiSupervisedStep);

    private static double LogOdds(double probability) => Math.Log(probability / (1 - probability));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>
    /// Of two faces, the first turned once and the second three times, which the head, 32 times both probabilities, gives those of class 1.
    /// </summary>
    private static double RotationOf(double first, double second) => -(Math.Log((1 - first) / 32) + Math.Log((1 - second) / 32)) / 2;

    /// <summary>The auxiliary head says the same of all faces.</summary>
    private sealed class ConstantHead : IStepNetworks
    {
        private readonly LogarithmNetworks _networks = new();

        public NetworkOutput Student(Tensor pictures) => WithHead(_networks.Student(pictures));

        public NetworkOutput Guess(Tensor pictures) => WithHead(_networks.Guess(pictures));

        public Tensor Teacher(Tensor pictures) => _networks.Teacher(pictures);

        public Tensor GradientAt(Tensor pictures, Func<Tensor, Tensor> loss) => _networks.GradientAt(pictures, loss);

        private static NetworkOutput WithHead(NetworkOutput output) =>
            output with
            {
                Auxiliary = ones(output.Logits.shape[0], AuxiliaryHeads.EmbeddingWidth),
            };
    }
}
