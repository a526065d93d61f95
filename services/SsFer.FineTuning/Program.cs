using SsFer.Contracts;
using SsFer.FineTuning;
using SsFer.ServiceDefaults;
using SsFer.TrainingHosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddTrainingStage<FineTuningStage, FineTuningAnnouncement>(StageKind.FineTuning);

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
