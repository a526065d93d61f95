using Microsoft.Extensions.Configuration;
using SsFer.Contracts;

var builder = DistributedApplication.CreateBuilder(args);

var messaging = builder.AddRabbitMQ(ResourceNames.Messaging).WithManagementPlugin().WithDataVolume();
var blobs = builder
    .AddAzureStorage(ResourceNames.Storage)
    .RunAsEmulator(emulator => emulator.WithDataVolume())
    .AddBlobs(ResourceNames.Blobs);

// Stages: raw pictures -> faces -> encoder -> classifier -> better classifier -> model.
Service<Projects.SsFer_FaceDetection>(ResourceNames.FaceDetection).WithReplicas(Replicas(ResourceNames.FaceDetection));
Trainer<Projects.SsFer_Pretraining>(ResourceNames.Pretraining);
Trainer<Projects.SsFer_FineTuning>(ResourceNames.FineTuning);
Trainer<Projects.SsFer_EmaTeacher>(ResourceNames.EmaTeacher);
Trainer<Projects.SsFer_Evaluation>(ResourceNames.Evaluation);

// What people and programs talk to.
Service<Projects.SsFer_Inference>(ResourceNames.Inference).WithReplicas(Replicas(ResourceNames.Inference)).WithExternalHttpEndpoints();
Service<Projects.SsFer_Console>(ResourceNames.Console).WithExternalHttpEndpoints();

builder.Build().Run();

IResourceBuilder<ProjectResource> Service<TProject>(string name)
    where TProject : IProjectMetadata, new() =>
    builder
        .AddProject<TProject>(name)
        .WithReference(messaging)
        .WaitFor(messaging)
        .WithReference(blobs)
        .WaitFor(blobs)
        .WithHttpHealthCheck("/health");

// Services:{name}:Replicas, :Device (auto | cpu | cuda[:n]) and :Precision (auto | fp32 | bf16): on GPU nodes, device cuda.
IResourceBuilder<ProjectResource> Trainer<TProject>(string name)
    where TProject : IProjectMetadata, new() =>
    Service<TProject>(name)
        .WithReplicas(Replicas(name))
        .WithEnvironment("Compute__Device", Setting(name, "Device"))
        .WithEnvironment("Compute__Precision", Setting(name, "Precision"));

int Replicas(string name) => builder.Configuration.GetValue($"Services:{name}:Replicas", 1);

string Setting(string name, string key) =>
    builder.Configuration[$"Services:{name}:{key}"] ?? builder.Configuration[$"Compute:{key}"] ?? "auto";
