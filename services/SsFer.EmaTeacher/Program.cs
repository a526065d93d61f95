using SsFer.Contracts;
using SsFer.EmaTeacher;
using SsFer.ServiceDefaults;
using SsFer.TrainingHosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddTrainingStage<EmaTeacherStage, EmaTeacherAnnouncement>(StageKind.EmaTeacher);

var app = builder.Build();
app.MapDefaultEndpoints();
return await app.RunServiceAsync();
