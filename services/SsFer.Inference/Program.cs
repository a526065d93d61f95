using Microsoft.Extensions.Options;
using SsFer.Inference;
using SsFer.ServiceDefaults;

NativeHeap.GiveBackWhatIsFreed();
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddInference();
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBufferSize = 128 << 10); // bodies are spooled

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapInference();
app.Lifetime.ApplicationStarted.Register(() =>
    WorkerThreads.LeaveSomeBeside(app.Services.GetRequiredService<IOptions<InferenceOptions>>().Value.Parallelism)
);
return await app.RunServiceAsync();
