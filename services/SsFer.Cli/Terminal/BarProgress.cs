using Spectre.Console;
using Spectre.Console.Rendering;

namespace SsFer.Cli.Terminal;

/// <summary>Progress for someone who watches: one bar a stage, with rate, time left and note.</summary>
internal sealed class BarProgress(ProgressContext context, TimeProvider time) : IProgressDisplay
{
    private readonly Lock _lock = new();
    private ProgressTask? _task;
    private RateEstimate _rate = new(time);
    private string? _stage;

    /// <summary>Runs work below a bar that <paramref name="console"/> draws.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, TimeProvider time, Func<IProgressDisplay, Task<T>> work) =>
        console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new FiguresColumn())
            .StartAsync(context => work(new BarProgress(context, time)));

    public void Report(ProgressUpdate update)
    {
        lock (_lock)
        {
            if (_task is null || _stage != update.Stage)
            {
                _task?.StopTask();
                _stage = update.Stage;
                _rate = new RateEstimate(time);
                _task = context.AddTask(Markup.Escape(update.Stage));
            }

            _rate.Add(update.Done);
            _task.IsIndeterminate = update.Total <= 0;
            _task.MaxValue = Math.Max(1, update.Total);
            _task.Value = update.Total > 0 ? update.Done : 0;
            _task.State.Update<string>(FiguresColumn.Key, _ => Figures(update));
        }
    }

    private string Figures(ProgressUpdate update)
    {
        var line = ProgressText.Line(update, _rate);
        return line[(update.Stage.Length + 2)..];
    }

    private sealed class FiguresColumn : ProgressColumn
    {
        public const string Key = "figures";

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.State.Get<string>(Key) ?? "", Style.Plain).Overflow(Overflow.Ellipsis);
    }
}
