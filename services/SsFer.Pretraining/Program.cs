using SsFer.Pretraining;
using SsFer.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPretraining();

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
