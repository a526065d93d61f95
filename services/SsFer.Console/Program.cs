using SsFer.Console;
using SsFer.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddConsole();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapConsole();
return await app.RunServiceAsync();
