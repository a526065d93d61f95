using SsFer.Learning.Training;
using SsFer.Stages.Faces;

namespace SsFer.Evaluation;

/// <summary>What the figures of a model rest on.</summary>
/// <param name="Faces">What is measured on; stays open.</param>
/// <param name="Dataset">Names it in reports and errors.</param>
/// <param name="Target">Where to compute.</param>
/// <param name="Seed">Of the bootstrap and of every draw of faces.</param>
public sealed record EvaluationBasis(PreparedFaces Faces, string Dataset, ComputeTarget Target, ulong Seed);
