using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SsFer.Cli.Terminal;

/// <summary>Progress for someone who watches: one bar a stage, with rate, time left and note.</summary>
internal sealed class BarProgress : IProgressDisplay
{
    private const int BarWidth = 20; // leaves the figures room on 80 columns
    private readonly Lock _lock = new();
    private readonly ProgressContext _context;
    private readonly FiguresColumn _figures;
    private readonly TimeProvider _time;
    private ProgressTask? _task;
    private RateEstimate _rate;
    private string? _stage;

    private BarProgress(ProgressContext context, FiguresColumn figures, TimeProvider time) =>
        (_context, _figures, _time, _rate) = (context, figures, time, new RateEstimate(time));

    /// <summary>Runs work above which <paramref name="console"/> draws its bars.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, TimeProvider time, Func<IProgressDisplay, Task<T>> work)
    {
        var figures = new FiguresColumn();
        return console
            .Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, figures)
            .StartAsync(context => work(new BarProgress(context, figures, time)));
    }

    public void Report(ProgressUpdate update)
    {
        lock (_lock)
        {
            if (_task is null || _stage != update.Stage)
            {
                _task?.StopTask();
                _stage = update.Stage;
                _rate = new RateEstimate(_time);
                _task = _context.AddTask(Markup.Escape(update.Stage));
            }

            _rate.Add(update.Done);
            _task.IsIndeterminate = update.Total <= 0;
            _task.MaxValue = Math.Max(1, update.Total);
            _task.Value = update.Total > 0 ? update.Done : 0;
            _figures.Set(_task, ProgressText.Figures(update, _rate));
        }
    }

    private sealed class FiguresColumn : ProgressColumn
    {
        private readonly ConcurrentDictionary<int, string> _byTask = new();

        protected override bool NoWrap => true;

        public void Set(ProgressTask task, string figures) => _byTask[task.Id] = figures;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(_byTask.GetValueOrDefault(task.Id, "")).Overflow(Overflow.Ellipsis);
    }
}
