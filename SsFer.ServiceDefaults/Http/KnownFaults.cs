using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using SsFer.Artifacts.Datasets;
using SsFer.Artifacts.Models;
using SsFer.Artifacts.Storage;
using SsFer.Recipes;

namespace SsFer.ServiceDefaults.Http;

/// <summary>What is told of a fault that is no defect of ours: to a request, and to a part of one whose answer has begun.</summary>
public static class KnownFaults
{
    private const int LongestDetail = 2000;

    /// <summary>The HTTP status that says what kind of fault it is; null for a defect, which is the server's to report.</summary>
    public static int? StatusOf(Exception fault) =>
        fault switch
        {
            RequestRefusedException refusal => refusal.Status,
            BadHttpRequestException bad => bad.StatusCode,
            ConnectionResetException => StatusCodes.Status400BadRequest,
            InvalidRequestException or ArtifactNameException => StatusCodes.Status422UnprocessableEntity,
            DatasetNotFoundException or UnknownModelException or ArtifactNotFoundException => StatusCodes.Status404NotFound,
            ArtifactUnavailableException => StatusCodes.Status503ServiceUnavailable,
            StorageFullException => StatusCodes.Status507InsufficientStorage,
            CorruptArtifactException or StoreAccessException => StatusCodes.Status500InternalServerError,
            // What is stored stands against it: a run of other settings, no model to roll back to
            ArtifactException => StatusCodes.Status409Conflict,
            _ => null,
        };

    /// <summary>Its message in one line. It repeats names as they were sent, and one may have megabytes.</summary>
    public static string DetailOf(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var detail = string.Join(' ', fault.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return detail.Length > LongestDetail ? $"{detail[..LongestDetail]}..." : detail;
    }

    /// <summary>
    /// Whether it is worth a line of the log. A service that has no answer yet, or too many requests, is no fault worth a line for each.
    /// </summary>
    public static bool IsOfTheService(Exception fault) =>
        fault is not RequestRefusedException && StatusOf(fault) >= StatusCodes.Status500InternalServerError;
}
