using SsFer.Contracts;
using SsFer.Evaluation;
using SsFer.ServiceDefaults;
using SsFer.TrainingHosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddTrainingStage<EvaluationStage, EvaluationAnnouncement>(StageKind.Evaluation);

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
