using SsFer.Inference;
using SsFer.ServiceDefaults;

NativeHeap.GiveBackWhatIsFreed();
var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddInference();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapInference();
return await app.RunServiceAsync();
