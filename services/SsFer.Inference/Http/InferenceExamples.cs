namespace SsFer.Inference.Http;

/// <summary>Requests and answers as the OpenAPI document shows them.</summary>
internal static class InferenceExamples
{
    /// <summary>A grey one, as PNG in base64.</summary>
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

    private const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public const string JsonBody = $$"""
        {"pictures": [{
          "name": "pixel.png",
          "data": "{{Pixel}}"
        }]}
        """;

    public const string Expressions = $$"""
        {
          "model": "first",
          "version": 3,
          "digest": "{{Digest}}",
          "milliseconds": {"decode": 2.1, "detect": 10.4, "cut": 0.6, "classify": 1.2, "explain": 0},
          "pictures": [
            {
              "name": "somebody.jpg",
              "status": "ok",
              "width": 640,
              "height": 480,
              "faces": [
                {
                  "box": {"left": 201.5, "top": 88, "right": 330.2, "bottom": 244.1},
                  "landmarks": [
                    {"name": "rightEye", "x": 236, "y": 141.3},
                    {"name": "leftEye", "x": 294.2, "y": 140.8},
                    {"name": "nose", "x": 265.4, "y": 172.9},
                    {"name": "mouth", "x": 266, "y": 204.4},
                    {"name": "rightEar", "x": 207.7, "y": 152.2},
                    {"name": "leftEar", "x": 325.1, "y": 151}
                  ],
                  "detectionScore": 0.93,
                  "expression": "happiness",
                  "topProbability": 0.81,
                  "probabilities": [
                    {"expression": "happiness", "probability": 0.81},
                    {"expression": "neutral", "probability": 0.15},
                    {"expression": "sadness", "probability": 0.04}
                  ]
                }
              ]
            },
            {
              "name": "wall.png",
              "status": "no_face",
              "message": "wall.png shows no face that the detector is sure of",
              "width": 200,
              "height": 200,
              "faces": []
            }
          ]
        }
        """;

    public const string Frame = $$"""
        {
          "at": 0.04,
          "data": "{{Pixel}}"
        }
        """;

    public const string FrameAnswer = $$"""
        {
          "frame": 1,
          "at": 0.04,
          "answer": {
            "model": "first",
            "version": 3,
            "digest": "{{Digest}}",
            "milliseconds": {"decode": 0.3, "detect": 3.1, "cut": 0.2, "classify": 0.4, "explain": 0},
            "pictures": [
              {
                "name": "frame 1",
                "status": "ok",
                "width": 320,
                "height": 240,
                "faces": [
                  {
                    "box": {"left": 100.5, "top": 44, "right": 165.2, "bottom": 122.1},
                    "landmarks": [],
                    "detectionScore": 0.91,
                    "expression": "happiness",
                    "topProbability": 0.85,
                    "probabilities": [
                      {"expression": "happiness", "probability": 0.85},
                      {"expression": "neutral", "probability": 0.1},
                      {"expression": "sadness", "probability": 0.05}
                    ],
                    "track": 1
                  }
                ]
              }
            ]
          }
        }
        """;

    public const string Model = $$"""
        {
          "id": "first",
          "version": 3,
          "digest": "{{Digest}}",
          "classes": ["neutral", "happiness", "sadness"],
          "size": 48,
          "since": "2026-11-30T09:15:00+00:00",
          "card": {"id": "first", "classes": ["neutral", "happiness", "sadness"]}
        }
        """;
}
