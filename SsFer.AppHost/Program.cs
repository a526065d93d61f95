using SsFer.AppHost;
using SsFer.AppHost.Servers;
using SsFer.Contracts;

var builder = DistributedApplication.CreateBuilder(args).WithDefaults();
if (builder.FaultOfServers() is { } fault)
{
    Console.Error.WriteLine($"error: {fault}");
    return 2;
}

var messaging = builder.AddBroker(ResourceNames.Messaging);
var blobs = builder.AddBlobStore(ResourceNames.Blobs);

// Stages: raw pictures -> faces -> encoder -> classifier -> better classifier -> model.
Service<Projects.SsFer_FaceDetection>(ResourceNames.FaceDetection);
Trainer<Projects.SsFer_Pretraining>(ResourceNames.Pretraining);
Trainer<Projects.SsFer_FineTuning>(ResourceNames.FineTuning);
Trainer<Projects.SsFer_EmaTeacher>(ResourceNames.EmaTeacher);
Trainer<Projects.SsFer_Evaluation>(ResourceNames.Evaluation);

// What people and programs talk to.
Service<Projects.SsFer_Inference>(ResourceNames.Inference).WithDeclaredPurpose();
Service<Projects.SsFer_Console>(ResourceNames.Console).WithRunCommands();

builder.Build().Run();
return 0;

IResourceBuilder<ProjectResource> Service<TProject>(string name)
    where TProject : IProjectMetadata, new() => Connected(builder.AddProject<TProject>(name).WithSettings(name));

// One resource with its replicas, or one for each of the devices that are named.
void Trainer<TProject>(string name)
    where TProject : IProjectMetadata, new()
{
    foreach (var (replica, device) in builder.DevicesOf(name))
    {
        Connected(
            builder
                .AddProject<TProject>(replica, project => project.ExcludeLaunchProfile = true)
                .WithHttpEndpoint()
                .WithSettings(name)
                .WithCompute(name, device)
        );
    }
}

IResourceBuilder<ProjectResource> Connected(IResourceBuilder<ProjectResource> service) =>
    service.WithReference(messaging).WaitFor(messaging).WithReference(blobs).WaitFor(blobs).WithHttpHealthCheck("/health");
