using SsFer.EmaTeacher;
using SsFer.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddEmaTeacher();

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
