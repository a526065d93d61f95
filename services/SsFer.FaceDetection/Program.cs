using SsFer.FaceDetection;
using SsFer.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddFaceDetection();

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
