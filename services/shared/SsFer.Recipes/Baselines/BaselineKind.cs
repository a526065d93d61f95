namespace SsFer.Recipes.Baselines;

/// <summary>The convolutional networks that the paper compares its own with (Tables 5, 6 and 9).</summary>
public enum BaselineKind
{
    ResNet18,
    ResNet50,
    VGG11,
    VGG13,
    MobileNetV2,
    MobileNetV3Large,
}
