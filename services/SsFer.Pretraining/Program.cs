using SsFer.Contracts;
using SsFer.Pretraining;
using SsFer.ServiceDefaults;
using SsFer.TrainingHosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddTrainingStage<PretrainingStage, PretrainingAnnouncement>(StageKind.Pretraining);

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
