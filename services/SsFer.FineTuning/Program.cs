using SsFer.FineTuning;
using SsFer.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddFineTuning();

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
