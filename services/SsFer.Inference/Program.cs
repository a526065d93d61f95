using SsFer.Artifacts.Storage;
using SsFer.Contracts;
using SsFer.Inference;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IArtifactStore>(_ => new FolderArtifactStore(builder.Configuration.GetConnectionString(ResourceNames.Blobs)!["folder:".Length..]));
builder.AddInference();

var app = builder.Build();
app.MapInference();
await app.RunAsync();
