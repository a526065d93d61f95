using System.Runtime.InteropServices;
using System.Text.Json;

namespace SsFer.Cli.Tests.Training;

public sealed class KillAndResumeTests : IAsyncLifetime
{
    private static readonly string[] Stages = ["pretraining", "fine-tuning", "ema-teacher"];

    /// <summary>
    /// Some three hundred steps a stage, of which the first sixty are those to be killed at: it ends long after its killer has come, on
    /// a busy machine too.
    /// </summary>
    private static readonly string[] Long =
    [
        "--set",
        "Pretraining.Epochs=60",
        "--set",
        "FineTuning.FewLabelsEpochs=48",
        "--set",
        "EmaTeacher.Epochs=75",
        "--set",
        "Execution.CheckpointSteps=10",
    ];

    private TrainingMaterial _material = null!;

    public async ValueTask InitializeAsync() => _material = await TrainingMaterial.CreateAsync();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Train_KilledAtARandomStepInEachStage_EndsWithTheSameBytesAsNeverKilled()
    {
        string calm = _material.CopyStore("calm"),
            killed = _material.CopyStore("killed");
        var undisturbed = await _material.RunAsync(TrainingMaterial.Train(calm, Long));
        undisturbed.AssertDone();

        var seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (var stage in Stages)
        {
            await KillInAsync(killed, stage, afterStep: random.Next(5, 60), delay: TimeSpan.FromMilliseconds(random.Next(0, 40)));
        }

        var resumed = await _material.RunAsync(TrainingMaterial.Train(killed, Long));
        resumed.AssertDone();

        var expected = _material.Weights(calm, undisturbed.Json);
        var actual = _material.Weights(killed, resumed.Json);
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.Contains("ema-teacher/teacher.safetensors", expected.Keys);
        Assert.All(expected, file =>
            Assert.True(file.Value.AsSpan().SequenceEqual(actual[file.Key]), $"{file.Key} differs (random seed {seed})")
        );
        Assert.Equal(undisturbed.Json.GetProperty("evaluations").GetRawText(), resumed.Json.GetProperty("evaluations").GetRawText());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Train_Interrupted_CheckpointsExits130AndResumes()
    {
        SsferProcess.SkipWhereItCannotBeSent(PosixSignal.SIGINT);
        var store = _material.CopyStore("interrupted");
        using (var process = _material.Start(TrainingMaterial.Train(store, Long)))
        {
            await WaitForStepAsync(process, store, Stages[0], 5);
            process.Send(PosixSignal.SIGINT);
            var interrupted = await process.WaitAsync();
            Assert.Equal(130, interrupted.ExitCode);
        }

        var record = _material.Record(store, Stages[0])!.Value;
        Assert.Equal("pending", record.GetProperty("state").GetString());
        var saved = record.GetProperty("checkpoint").GetProperty("step").GetInt64();

        var resumed = await _material.RunAsync(TrainingMaterial.Train(store, Long));
        resumed.AssertDone();
        Assert.Contains($"resumes at step {saved} of", resumed.Error, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _material.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task KillInAsync(string store, string stage, int afterStep, TimeSpan delay)
    {
        using var process = _material.Start(TrainingMaterial.Train(store, Long));
        await WaitForStepAsync(process, store, stage, afterStep);
        await Task.Delay(delay, TestContext.Current.CancellationToken);
        process.Kill();
        Assert.Equal("running", _material.Record(store, stage)!.Value.GetProperty("state").GetString());
    }

    private async Task WaitForStepAsync(SsferProcess process, string store, string stage, int step)
    {
        while (true)
        {
            if (
                _material.Record(store, stage) is { } record
                && record.TryGetProperty("checkpoint", out var checkpoint)
                && checkpoint.ValueKind == JsonValueKind.Object
                && checkpoint.GetProperty("step").GetInt64() >= step
            )
            {
                return;
            }

            if (process.HasExited)
            {
                Assert.Fail($"the run ended before step {step} of {stage}: {(await process.WaitAsync()).Error}");
            }

            await Task.Delay(3, TestContext.Current.CancellationToken);
        }
    }
}
