using SsFer.Evaluation;
using SsFer.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddEvaluation();

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
